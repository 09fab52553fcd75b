import { once } from "node:events";
import { existsSync } from "node:fs";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerPhase, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type ErrorDetail, ErrorDetailSchema, ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { labMachine, newOperation, startLab } from "./maas-lab.ts";
import { at, commissionedLab, named, PHASES, serverSpec, siteSpec } from "./maas-specs.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED } = ServerPhase;

/** How a call failed: its code, its message and its one detail. */
async function failure(call: Promise<unknown>): Promise<{ code: Code; message: string; detail: ErrorDetail }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`expected a ConnectError, not ${error}`);
  const [detail] = error.findDetails(ErrorDetailSchema);
  if (detail === undefined) throw new Error(`no ErrorDetail in ${error.message}`);
  return { code: error.code, message: error.rawMessage, detail };
}

test("a wrong key is refused, naming the driver instance and not the key", async () => {
  const lab = await startLab();
  const target = { ...lab.target, secrets: { api_key: "cons:tok:some-wrong-secret" } };
  const { code, message, detail } = await failure(lab.driver.driver.probe({ target }));
  expect(code).toBe(Code.Unauthenticated);
  expect(detail.reason).toBe(ErrorReason.TARGET_UNAUTHENTICATED);
  expect(detail.hint).toBe("check the api key of driver instance maas-lab");
  expect(`${message}${detail.vendorCode}${lab.driver.said()}`).not.toContain("some-wrong-secret");
});

test("a MAAS that cannot be reached is named with what to check", async () => {
  const lab = await startLab();
  expect(await lab.driver.driver.probe({ target: lab.target })).toMatchObject({
    message: "MAAS 3.7.3 as admin",
    targetVersion: "3.7.3",
  });
  await lab.sim.close();
  const { code, message, detail } = await failure(lab.driver.driver.probe({ target: lab.target }));
  expect(code).toBe(Code.Unavailable);
  expect(detail).toMatchObject({ reason: ErrorReason.TARGET_UNREACHABLE, retry: { kind: RetryKind.AFTER } });
  expect(message).toContain(new URL(lab.target.endpoint).origin);
  expect(detail.hint).toContain("check that MAAS runs");
});

test("something that is no MAAS is told apart from one that refuses", async () => {
  const lab = await startLab();
  const target = { ...lab.target, endpoint: `${new URL(lab.target.endpoint).origin}/elsewhere` };
  const { code, detail } = await failure(lab.driver.driver.probe({ target }));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail.hint).toContain("is a MAAS");
});

test("a subnet changed by another hand after the plan is named, and nothing is written", async () => {
  const lab = await startLab();
  await lab.site(siteSpec());
  const spec = { ...siteSpec(), tags: ["compute", "storage"] };
  const { precondition, changes } = await lab.driver.server.planSite({ target: lab.target, spec });
  expect(changes.map(({ object }) => object)).toEqual(["tag storage"]);
  await lab.meddle("subnets/mgmt", { dns_servers: ["10.21.0.77"] });
  const writes = (await lab.ledger()).length;
  const { code, detail, message } = await failure(lab.site(spec, precondition));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail).toMatchObject({ reason: ErrorReason.WORLD_CHANGED, subject: "subnet 10.21.0.0/24" });
  expect(message).toContain("10.21.0.77");
  expect((await lab.ledger()).length).toBe(writes);
  const again = await lab.driver.server.planSite({ target: lab.target, spec });
  expect((await lab.site(spec, again.precondition)).changed).toBe(true);
});

test("what a crashed call of the same operation did is no change by another hand", async () => {
  const lab = await startLab();
  const { precondition } = await lab.driver.server.planSite({ target: lab.target, spec: siteSpec() });
  await lab.site(siteSpec(), precondition);
  expect((await lab.site(siteSpec(), precondition)).changed).toBe(false);
});

test("an image that is not there is named", async () => {
  const lab = await startLab();
  const spec = { ...siteSpec(), images: ["noble", "focal"] };
  const { code, message, detail } = await failure(lab.driver.server.planSite({ target: lab.target, spec }));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail).toMatchObject({ reason: ErrorReason.TARGET_REJECTED, subject: "focal" });
  expect(message).toBe('MAAS has no image "focal"; it has ubuntu/jammy, ubuntu/noble');
});

test("a missing NIC stops the machine before anything is written, naming alias and address", async () => {
  const lab = await commissionedLab(labMachine(1, { missing_nics: ["0000:18:00.1"] }));
  const writes = (await lab.ledger()).length;
  const { code, message, detail } = await failure(lab.phase(serverSpec(), NETWORK_CONFIGURED));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail).toMatchObject({ reason: ErrorReason.HARDWARE_MISMATCH, subject: "n1" });
  expect(message).toContain("alias nic2 (pci address 0000:18:00.1) of interface bond0 fits no network interface");
  expect(message).toContain("ens2f0 52:54:00:00:01:02 at 0000:18:00.0");
  expect((await lab.ledger()).length).toBe(writes);
});

test("an interface changed by another hand before the deployment is named, and nothing is deployed", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  await lab.phase(spec, NETWORK_CONFIGURED);
  const { token } = await lab.phase(spec, STORAGE_CONFIGURED);
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  const bond = named(at(machine, "interface_set"), "bond0");
  const path = `nodes/${at(machine, "system_id")}/interfaces/${at(bond, "id")}/`;
  await lab.write("PUT", path, { bond_mode: "active-backup" });
  const { code, detail } = await failure(lab.phase(spec, DEPLOYED, { precondition: token }));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail).toMatchObject({ reason: ErrorReason.WORLD_CHANGED, subject: "interface bond0" });
  expect((await lab.ledger()).filter(({ op }) => op === "deploy" || op === "allocate")).toEqual([]);
});

test("a machine somebody else deployed since the plan is left alone", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const { precondition } = await lab.driver.server.planServer({ target: lab.target, spec, phase: NETWORK_CONFIGURED });
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  await lab.write("POST", `machines/${at(machine, "system_id")}/?op=deploy`, { distro_series: "noble" });
  const writes = (await lab.ledger()).length;
  const { detail } = await failure(lab.phase(spec, NETWORK_CONFIGURED, { precondition, allowDestroy: true }));
  expect(detail).toMatchObject({ reason: ErrorReason.WORLD_CHANGED, subject: "n1" });
  expect((await lab.ledger()).length).toBe(writes);
});

test("a failed deployment says why, and another operation tries anew", async () => {
  const lab = await commissionedLab(labMachine(1, { fail: ["deploying"] }));
  const spec = serverSpec();
  for (const phase of [NETWORK_CONFIGURED, STORAGE_CONFIGURED]) await lab.phase(spec, phase);
  const operationId = newOperation();
  const { code, message, detail } = await failure(lab.phase(spec, DEPLOYED, { operationId }));
  expect(code).toBe(Code.FailedPrecondition);
  expect(detail).toMatchObject({ reason: ErrorReason.MACHINE_FAILED, subject: "n1" });
  expect(message).toMatch(/machine n1 is "Failed deployment": \S/);
  expect((await failure(lab.phase(spec, DEPLOYED, { operationId }))).detail.reason).toBe(ErrorReason.MACHINE_FAILED);
  await lab.phase(spec, DEPLOYED);
  expect(await lab.read("machines/?hostname=n1")).toMatchObject([{ status_name: "Deployed" }]);
});

test("failed commissioning is tried again by another operation only", async () => {
  const lab = await startLab([labMachine(1, { fail: ["commissioning"] })]);
  const operationId = newOperation();
  const { detail } = await failure(lab.phase(serverSpec(), COMMISSIONED, { operationId }));
  expect(detail).toMatchObject({ reason: ErrorReason.MACHINE_FAILED, subject: "n1" });
  expect((await lab.ledger()).filter(({ op }) => op === "commission")).toHaveLength(1);
  expect((await lab.phase(serverSpec(), COMMISSIONED)).done.changed).toBe(true);
});

test("past the lease nothing is written", async () => {
  const lab = await commissionedLab();
  const writes = (await lab.ledger()).length;
  const operation = { operationId: newOperation(), notAfter: timestampFromMs(Date.now() - 1) };
  const { server } = lab.driver;
  const { target } = lab;
  for (const phase of PHASES.slice(1)) {
    const { code, detail } = await failure(server.ensureServer({ target, spec: serverSpec(), phase, operation }));
    expect([code, detail.reason]).toEqual([Code.FailedPrecondition, ErrorReason.LEASE_EXPIRED]);
  }
  const spec = { ...siteSpec(), tags: ["fresh"] };
  expect((await failure(server.ensureSite({ target, spec, operation }))).detail.reason).toBe(ErrorReason.LEASE_EXPIRED);
  expect((await lab.ledger()).length).toBe(writes);
});

test("two operations on one machine do not mix: the second is told the first one's id", async () => {
  const lab = await commissionedLab();
  const [first, second] = [newOperation(), newOperation()];
  const ensure = (operationId: string) =>
    lab.driver.server.ensureServer({
      target: lab.target,
      spec: serverSpec(),
      phase: NETWORK_CONFIGURED,
      operation: { operationId },
    });
  const running = ensure(first);
  const { code, detail } = await failure(ensure(second));
  await running;
  expect([code, detail.runningOperationId]).toEqual([Code.Aborted, first]);
});

test("calls that are repeated while they run come to one bond and one deployment", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  for (const phase of PHASES.slice(1)) {
    const operation = { operationId: newOperation() };
    const call = () => lab.driver.server.ensureServer({ target: lab.target, spec, phase, operation });
    await Promise.all([call(), call(), call()]);
  }
  const ops = (await lab.ledger()).map(({ op }) => op);
  expect(ops.filter((op) => op === "create_bond" || op === "deploy" || op === "allocate").sort()).toEqual([
    "allocate",
    "create_bond",
    "deploy",
  ]);
});

test("a malformed request names its field, and what is not declared is not there", async () => {
  const lab = await startLab();
  const { server, driver } = lab.driver;
  const { target } = lab;
  const wrong = { ...serverSpec(), kernel: "x".repeat(1000) };
  const { code, detail } = await failure(server.planServer({ target, spec: wrong, phase: DEPLOYED }));
  expect([code, detail.reason, detail.fieldPath]).toEqual([
    Code.InvalidArgument,
    ErrorReason.INVALID_FIELD,
    "spec.kernel",
  ]);
  const watch = Array.fromAsync(server.watchServers({ target }));
  expect((await failure(watch)).code).toBe(Code.Unimplemented);
  const info = await failure(driver.getDriverInfo({ coreVersion: "9.0.0", protocolPackages: ["bedplate.driver.v9"] }));
  expect([info.code, info.message]).toEqual([
    Code.FailedPrecondition,
    "the MAAS driver 0.1.0 speaks bedplate.driver.v1, the core speaks bedplate.driver.v9",
  ]);
});

test.each(["SIGTERM", "end of stdin"])("%s ends the driver and removes its socket", async (how) => {
  const lab = await startLab();
  // One of this test's own, which it may end.
  await lab.restartDriver();
  const { process: child, socket, said } = lab.driver;
  let stdout = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const exit = once(child, "exit");
  if (how === "SIGTERM") child.kill("SIGTERM");
  else child.stdin?.end();
  expect(await exit).toEqual([0, null]);
  expect(existsSync(socket)).toBe(false);
  expect(stdout).toBe("");
  for (const line of said().trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("message");
});

test("a machine that has but a node's name is another one: it is told, left alone, and the others are seen", async () => {
  const lab = await startLab([labMachine(1), labMachine(2, { hostname: "n1" })]);
  const [one, namesake] = [serverSpec(1), serverSpec(1)].map(({ identity }) => identity);
  const meant = { ...namesake, name: "n1", bootMac: "52:54:00:99:99:99", oobAddress: "" };
  const states: string[] = [];
  for await (const { servers } of lab.driver.server.observeServers({
    target: lab.target,
    servers: [{ ...one, name: "other" }, meant],
  }))
    for (const { name, state, stateMessage } of servers) states.push(`${name} ${ServerState[state]} ${stateMessage}`);
  expect(states[0]).toContain("other ENLISTED");
  expect(states[1]).toContain("n1 UNSPECIFIED machine n1");
  const spec = { ...serverSpec(1), identity: meant };
  const { detail, message } = await failure(lab.phase(spec, COMMISSIONED));
  expect(detail).toMatchObject({ reason: ErrorReason.HARDWARE_MISMATCH, subject: "n1" });
  expect(message).toContain("52:54:00:00:02:01");
  expect(detail.hint).toContain("rename or delete it in MAAS");
  expect(await lab.ledger()).toEqual([]);
});
