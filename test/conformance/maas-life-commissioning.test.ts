import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorDetailSchema } from "../../gen/bedplate/type/v1/error_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { recordForms } from "./maas-forms.ts";
import { type Lab, labMachine, newOperation, startLab } from "./maas-lab.ts";
import { endurePhase } from "./maas-patience.ts";
import { at, commissionedLab, serverSpec, siteSpec } from "./maas-specs.ts";

const { COMMISSIONED } = ServerPhase;

/** A lab whose machine is New, whose site is prepared, and that has a commissioning script of its own. */
async function scriptLab(): Promise<Lab> {
  const lab = await startLab([labMachine(1)]);
  await lab.site(siteSpec());
  await lab.write("POST", "scripts/", { name: "acme-check", type: "commissioning", script: "#!/bin/sh\necho acme\n" });
  return lab;
}

const CHOSEN = {
  commissioningScripts: ["acme-check"],
  testingScripts: ["stress-ng-cpu-short"],
  scriptParameters: { "acme-check_depth": "3" },
  enableSsh: true,
  skipBmcConfig: true,
};

/** The hint of a failure. */
async function hintOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ConnectError ? (error.findDetails(ErrorDetailSchema)[0]?.hint ?? "") : "";
}

test("chosen scripts, tests and parameters reach MAAS, the manifest script beside the chosen ones", async () => {
  const { lab, sent } = await recordForms(await scriptLab());
  const spec = { ...serverSpec(), commission: CHOSEN };
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase: COMMISSIONED });
  expect(changes.at(-1)).toMatchObject({
    ...{ action: "commission", field: "commission" },
    after: expect.stringContaining("commissioning_scripts acme-check, testing_scripts stress-ng-cpu-short"),
  });
  await endurePhase(lab, spec, COMMISSIONED);
  expect(sent.filter(({ op }) => op === "commission").map(({ form }) => form)).toEqual([
    {
      commissioning_scripts: "acme-check,bedplate-manifest",
      testing_scripts: "stress-ng-cpu-short",
      enable_ssh: "1",
      skip_bmc_config: "1",
      "acme-check_depth": "3",
    },
  ]);
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  const results = async (type: string) => {
    const sets = (await lab.read(`nodes/${at(machine, "system_id")}/results/?type=${type}`)) as unknown[];
    return sets.flatMap((set) => at(set, "results") as unknown[]).map((result) => at(result, "name"));
  };
  expect(await results("commissioning")).toEqual(expect.arrayContaining(["acme-check", "bedplate-manifest"]));
  expect(await results("testing")).toEqual(["stress-ng-cpu-short"]);
});

test("nothing chosen leaves all to MAAS, and none is none", async () => {
  const { lab, sent } = await recordForms(await scriptLab());
  await endurePhase(lab, serverSpec(), COMMISSIONED);
  await lab.meddle("machines/sim-1/state", { status: "new" });
  const none = { commissioningScripts: ["none"], testingScripts: ["none"] };
  await endurePhase(lab, { ...serverSpec(), commission: none }, COMMISSIONED);
  expect(sent.filter(({ op }) => op === "commission").map(({ form }) => form)).toEqual([
    {},
    { commissioning_scripts: "none", testing_scripts: "none" },
  ]);
});

test("a script MAAS doesn't know is named, with what to do, and nothing is commissioned", async () => {
  const lab = await scriptLab();
  for (const [commission, name] of [
    [{ commissioningScripts: ["acme-check", "acme-gone"], testingScripts: [] }, "acme-gone"],
    [{ commissioningScripts: [], testingScripts: ["burn-in"] }, "burn-in"],
  ] satisfies [{ commissioningScripts: string[]; testingScripts: string[] }, string][]) {
    const spec = { ...serverSpec(), commission };
    expect(await failureOf(lab.phase(spec, COMMISSIONED))).toMatchObject({
      ...{ code: "FailedPrecondition", reason: "TARGET_REJECTED" },
      message: `MAAS does not know every script that node n1 is to be commissioned with: ${name}`,
    });
    expect(await hintOf(lab.phase(spec, COMMISSIONED))).toMatch(
      /^prepare the site.*mend (commissioning|testing)_scripts/,
    );
  }
  expect((await lab.ledger()).filter(({ op }) => op === "commission")).toEqual([]);
});

test("a script and a test that failed are named with the next step, and another try goes on", async () => {
  const lab = await scriptLab();
  await lab.meddle("machines/sim-1/script", { name: "acme-check", exit_status: 3, output: "no acme here" });
  expect(await failureOf(lab.phase(serverSpec(), COMMISSIONED))).toMatchObject({
    ...{ code: "FailedPrecondition", reason: "MACHINE_FAILED" },
    message: expect.stringMatching(/^machine n1 is "Failed commissioning", acme-check \(Failed\): \S+/),
  });
  expect(await hintOf(lab.phase(serverSpec(), COMMISSIONED))).toMatch(/commissioning output.*try again/);
  await lab.meddle("machines/sim-1/script", { name: "acme-check", outcome: "passed" });
  await lab.meddle("machines/sim-1/script", { name: "smartctl-validate", output: "bad sectors" });
  const failure = {
    ...{ code: "FailedPrecondition", reason: "MACHINE_FAILED" },
    message: expect.stringMatching(/^machine n1 is "Failed testing", smartctl-validate \(Failed\): \S+/),
  };
  expect(await failureOf(lab.phase(serverSpec(), COMMISSIONED))).toMatchObject(failure);
  const begun = (await lab.ledger()).filter(({ op }) => op === "commission").length;
  // MAAS commissions no machine whose test failed.
  expect(await failureOf(lab.phase(serverSpec(), COMMISSIONED))).toMatchObject(failure);
  expect(await hintOf(lab.phase(serverSpec(), COMMISSIONED))).toMatch(/test it again there, or override/);
  expect((await lab.ledger()).filter(({ op }) => op === "commission")).toHaveLength(begun);
});

test("a machine is moved to its fqdn's domain when MAAS has that, and left with a note otherwise", async () => {
  const lab = await commissionedLab();
  const spec = { ...serverSpec(), fqdn: "n1.Plant7.example." };
  const planned = async () => {
    const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase: COMMISSIONED });
    return changes.map(({ field, after }) => `${field}: ${after}`);
  };
  const domain = async () => at(at(((await lab.read("machines/?hostname=n1")) as unknown[])[0], "domain"), "name");
  expect(await planned()).toEqual([]);
  const before = await domain();
  const left = await lab.phase(spec, COMMISSIONED);
  expect(left.done).toMatchObject({
    changed: false,
    message: expect.stringContaining(`MAAS has no domain plant7.example, so it stays in ${before}: prepare the site`),
  });
  expect(await domain()).toBe(before);
  await lab.write("POST", "domains/", { name: "plant7.example" });
  expect(await planned()).toEqual(["fqdn: domain plant7.example"]);
  const moved = await lab.phase(spec, COMMISSIONED);
  expect([moved.done.changed, moved.done.message]).toEqual([true, 'machine n1 is "Ready"']);
  expect(await domain()).toBe("plant7.example");
  expect((await lab.phase(spec, COMMISSIONED)).done.changed).toBe(false);
});

test("a commissioning MAAS is slow to accept is awaited beyond the lease, and one that can't be answered in time isn't sent", async () => {
  const lab = await scriptLab();
  const { target } = lab;
  const spec = serverSpec();
  const order = (leaseMs: number) => {
    const operation = { operationId: newOperation(), notAfter: timestampFromMs(Date.now() + leaseMs) };
    return lab.driver.server.ensureServer({ target, spec, phase: COMMISSIONED, operation });
  };
  const before = (await lab.ledger()).length;
  expect(await failureOf(order(200))).toMatchObject({ reason: "LEASE_EXPIRED" });
  expect((await lab.ledger()).length).toBe(before);
  await lab.meddle("faults", [{ op: "commission", delay_ms: 3200 }]);
  const { result } = await order(3000);
  expect(result?.outcome.case).toBe("inProgress");
  expect((await lab.ledger()).filter(({ op }) => op === "commission")).toHaveLength(1);
}, 20_000);
