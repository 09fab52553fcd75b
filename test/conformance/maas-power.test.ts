import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import {
  PowerNeed,
  PowerState,
  ServerPhase,
  ServerState,
} from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type EnsureResult, EnsureResultSchema } from "../../gen/bedplate/driver/v1/target_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { type Lab, labMachine, newOperation, type ServerInit, startLab } from "./maas-lab.ts";
import { commissionedLab, PHASES, serverSpec, siteSpec } from "./maas-specs.ts";

async function deployedLab(): Promise<Lab> {
  const lab = await commissionedLab();
  await lab.site(siteSpec());
  for (const phase of PHASES) await lab.phase(serverSpec(), phase);
  return lab;
}

const operationOf = (operationId: string, precondition: string) => ({
  operationId,
  precondition,
  notAfter: timestampFromMs(Date.now() + 60_000),
});

/** Repeats a call until it is done, passing each answer's token on. */
async function untilDone(
  call: (operation: ReturnType<typeof operationOf>) => Promise<EnsureResult | undefined>,
  first = "",
) {
  const operationId = newOperation();
  for (let token = first, calls = 0; calls < 500; calls++) {
    const { outcome, precondition } = (await call(operationOf(operationId, token))) ?? create(EnsureResultSchema);
    if (outcome.case === "done") return outcome.value;
    token = precondition;
  }
  throw new Error("it was never done");
}

const switched = (lab: Lab, power: PowerState, token = "") =>
  untilDone(async (operation) => {
    const { identity } = serverSpec();
    if (identity === undefined) throw new Error("no identity");
    const answer = await lab.driver.server.ensureServerPower({
      target: lab.target,
      server: identity,
      power,
      operation,
    });
    return answer.result;
  }, token);

const annotated = (lab: Lab, spec: ServerInit) =>
  untilDone(
    async (operation) => (await lab.driver.server.ensureAnnotations({ target: lab.target, spec, operation })).result,
  );

const powerWrites = async (lab: Lab) =>
  (await lab.ledger()).filter(({ op }) => op?.startsWith("power_")).map(({ op }) => op);

test("power is switched once, read back, and left alone when it is as wanted", async () => {
  const lab = await deployedLab();
  expect((await switched(lab, PowerState.ON)).changed).toBe(false);
  expect(await powerWrites(lab)).toEqual([]);
  expect((await switched(lab, PowerState.OFF)).changed).toBe(true);
  expect((await switched(lab, PowerState.OFF)).changed).toBe(false);
  expect((await switched(lab, PowerState.ON)).changed).toBe(true);
  expect(await powerWrites(lab)).toEqual(["power_off", "power_on"]);
});

test("a machine that MAAS doesn't switch on is refused with the next step, and one installed anew isn't switched", async () => {
  const lab = await commissionedLab();
  expect((await switched(lab, PowerState.OFF)).changed).toBe(false);
  expect(await failureOf(switched(lab, PowerState.ON))).toMatchObject({
    ...{ code: "FailedPrecondition", reason: "TARGET_REJECTED" },
    message: 'MAAS switches on no machine that is "Ready"',
  });
  const { identity } = serverSpec();
  if (identity === undefined) throw new Error("no identity");
  const servers: string[] = [];
  for await (const batch of lab.driver.server.observeServers({ target: lab.target, servers: [identity] }))
    servers.push(...batch.servers.map(({ precondition }) => precondition));
  await lab.site(siteSpec());
  for (const phase of PHASES) await lab.phase(serverSpec(), phase);
  expect(await failureOf(switched(lab, PowerState.OFF, servers[0]))).toMatchObject({ reason: "WORLD_CHANGED" });
  expect(await powerWrites(lab)).toEqual([]);
});

test("tags and owner data of an installed machine are told by field, written, and read back; nothing else is touched", async () => {
  const lab = await deployedLab();
  const spec = { ...serverSpec(), tags: ["compute", "blue"], ownerData: { rack: "r2", team: "ops" } };
  const planned = async () => {
    const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase: ServerPhase.DEPLOYED });
    return changes.map(({ field, before, after }) => `${field}: ${before} > ${after}`);
  };
  expect(await planned()).toEqual([
    "owner_data: bedplate_owner_data rack, bedplate_tags compute > bedplate_owner_data rack,team, bedplate_tags blue,compute",
    "tags:  > ",
    "tags:  > tag blue",
    'owner_data["rack"]: r1 > r2',
    'owner_data["team"]:  > ops',
  ]);
  const before = (await lab.ledger()).length;
  expect((await annotated(lab, spec)).changed).toBe(true);
  expect((await annotated(lab, spec)).changed).toBe(false);
  expect(await planned()).toEqual([]);
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  expect(machine).toMatchObject({
    status_name: "Deployed",
    tag_names: expect.arrayContaining(["blue", "compute", "n1_kp"]),
    workload_annotations: { rack: "r2", team: "ops", bedplate_spec_digest: spec.specDigest },
  });
  expect((await lab.ledger()).length - before).toBe(5);
});

test("a machine that isn't installed gets no annotations by themselves", async () => {
  const lab = await commissionedLab();
  expect(await failureOf(annotated(lab, serverSpec()))).toMatchObject({ reason: "TARGET_REJECTED" });
});

test("where power is somebody else's MAAS is told to leave it alone, and the driver says what it needs of it instead", async () => {
  const lab = await startLab([labMachine(1)], { speed: 200 });
  await lab.site(siteSpec());
  const spec = serverSpec();
  const mine: ServerInit = { ...spec, oob: { ...spec.oob, driverOwnsPower: false } };
  const identity = spec.identity ?? { name: "n1" };
  const observed = async () => {
    for await (const { servers } of lab.driver.server.observeServers({ target: lab.target, servers: [identity] }))
      for (const { state, powerNeed } of servers) return [ServerState[state], PowerNeed[powerNeed]];
    return [];
  };
  // MAAS would switch it itself: it came with the power type of its BMC.
  expect(await observed()).toEqual(["ENLISTED", "UNSPECIFIED"]);
  const needs = new Set<string>();
  const { target } = lab;
  for (const phase of PHASES) {
    await untilDone(async (operation) => {
      const answer = await lab.driver.server.ensureServer({ target, spec: mine, phase, operation });
      const { state = 0, powerNeed = 0 } = answer.observed ?? {};
      needs.add(`${ServerState[state]} ${PowerNeed[powerNeed]}`);
      await delay(20);
      return answer.result;
    });
  }
  expect([...needs].toSorted()).toEqual(
    expect.arrayContaining([
      "COMMISSIONING NETWORK_BOOT",
      "DEPLOYED UNSPECIFIED",
      "DEPLOYING NETWORK_BOOT",
      "READY OFF",
    ]),
  );
  const [machine] = (await lab.read("machines/?hostname=n1")) as { power_type: string }[];
  expect(machine?.power_type).toBe("manual");
  expect(await powerWrites(lab)).toEqual([]);
  expect((await lab.driver.server.planServer({ target, spec: mine, phase: PHASES[0] as ServerPhase })).changes).toEqual(
    [],
  );
});
