import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type ErrorDetail, ErrorDetailSchema, ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { type Lab, labMachine, startLab } from "./maas-lab.ts";
import { endurePhase, endureSite } from "./maas-patience.ts";
import { commissionedLab, PHASES, serverSpec, siteSpec } from "./maas-specs.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, DEPLOYED } = ServerPhase;

async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string; detail: ErrorDetail }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`expected a ConnectError, not ${error}`);
  const [detail] = error.findDetails(ErrorDetailSchema);
  if (detail === undefined) throw new Error(`no ErrorDetail in ${error.message}`);
  return { code: Code[error.code], message: error.rawMessage, detail };
}

async function writesOf(lab: Lab, op: string): Promise<number> {
  return (await lab.ledger()).filter((entry) => entry.op === op).length;
}

test("MAAS restarts while a machine is commissioned: it is waited for, and commissioned once", async () => {
  const lab = await startLab([labMachine(1)], { speed: 100 });
  await lab.site(siteSpec());
  await lab.meddle("faults", [
    { op: "commission", restart_ms: 100 },
    { method: "GET", path: "machines/*", nth: 3, restart_ms: 100 },
  ]);
  const { met } = await endurePhase(lab, serverSpec(), COMMISSIONED);
  expect(met.length).toBeGreaterThan(0);
  for (const { message, detail } of met) {
    expect(detail).toMatchObject({ reason: ErrorReason.TARGET_UNREACHABLE, retry: { kind: RetryKind.AFTER } });
    expect(message).toContain(new URL(lab.target.endpoint).origin);
    expect(detail.hint).toContain("check that MAAS runs");
  }
  expect(await writesOf(lab, "commission")).toBe(1);
});

test("a page of a database conflict is waited out as long as it says", async () => {
  const lab = await commissionedLab();
  for (const phase of PHASES.slice(0, 3)) await lab.phase(serverSpec(), phase);
  await lab.meddle("faults", [
    { op: "allocate", answer: "conflict-page" },
    { op: "deploy", answer: "conflict-page", count: 2 },
  ]);
  const { met } = await endurePhase(lab, serverSpec(), DEPLOYED);
  expect(met).toHaveLength(3);
  for (const { message, detail } of met) {
    expect(detail).toMatchObject({ reason: ErrorReason.TARGET_BUSY, retry: { kind: RetryKind.AFTER } });
    expect(detail.retry?.delay?.seconds).toBe(5n);
    expect(message).toContain("409 Conflict Error");
    expect(message).not.toContain("<");
  }
  expect(await writesOf(lab, "deploy")).toBe(1);
});

test("a machine MAAS has lost is named, with what to do", async () => {
  const lab = await commissionedLab();
  await lab.phase(serverSpec(), NETWORK_CONFIGURED);
  await lab.meddle("faults", [{ method: "GET", path: "machines/*", lose_machine: "sim-1" }]);
  const { code, message, detail } = await refusal(endurePhase(lab, serverSpec(), DEPLOYED));
  expect([code, message, detail.subject]).toEqual(["NotFound", "MAAS has no machine for node n1 any more", "n1"]);
  expect(detail.hint).toContain("commission the node first");
  // And that brings it back.
  for (const phase of PHASES) await endurePhase(lab, serverSpec(), phase);
  expect(await writesOf(lab, "deploy")).toBe(1);
});

test("an address MAAS refuses is said with what to do, and nothing is installed", async () => {
  const lab = await commissionedLab();
  await lab.meddle("faults", [{ op: "link_subnet", answer: "address-taken", count: 0 }]);
  const { code, message, detail } = await refusal(endurePhase(lab, serverSpec(), NETWORK_CONFIGURED));
  expect([code, ErrorReason[detail.reason]]).toEqual(["FailedPrecondition", "TARGET_REJECTED"]);
  expect(message).toContain("an address is already in use");
  expect(detail.hint).toContain("free the address in MAAS, or give the node another");
  await lab.meddle("faults", []);
  await endurePhase(lab, serverSpec(), NETWORK_CONFIGURED);
});

test("MAAS without a rack, slow, behind a proxy, or out of time is waited for", async () => {
  const lab = await startLab();
  await lab.meddle("faults", [
    { method: "write", nth: 1, answer: "no-rack" },
    { method: "write", nth: 3, answer: "rpc-timeout" },
    { method: "write", nth: 5, answer: "proxy-page" },
    { method: "write", nth: 7, delay_ms: 300 },
    { method: "GET", nth: 4, answer: "proxy-page" },
  ]);
  const { met } = await endureSite(lab, siteSpec());
  expect(met.map(({ detail }) => [ErrorReason[detail.reason], Number(detail.retry?.delay?.seconds ?? 0)])).toEqual([
    ["TARGET_BUSY", 10],
    ["TARGET_BUSY", 10],
    ["TARGET_BUSY", 10],
  ]);
  expect((await lab.driver.server.planSite({ target: lab.target, spec: siteSpec() })).changes).toEqual([]);
});

test("whatever writes MAAS does and doesn't answer, or answers before the connection breaks, each is done once", async () => {
  const undisturbed = await startLab();
  await endureSite(undisturbed, siteSpec());
  for (const phase of PHASES) await endurePhase(undisturbed, serverSpec(), phase);
  const wanted = (await undisturbed.ledger()).map(inWords).toSorted();
  const odd = Array.from({ length: wanted.length * 2 }, (_, index) => 2 * index + 1);
  const scripts = {
    "all of them done": [{ method: "write", cut: "after", count: 0 }],
    "every other done": odd.map((nth) => ({ method: "write", cut: "after", nth })),
    "every other not done": odd.map((nth) => ({ method: "write", cut: "before", nth })),
  };
  for (const [name, script] of Object.entries(scripts)) {
    const lab = await startLab();
    await lab.meddle("faults", script);
    await endureSite(lab, siteSpec());
    for (const phase of PHASES) await endurePhase(lab, serverSpec(), phase);
    expect([name, (await lab.ledger()).map(inWords).toSorted()]).toEqual([name, wanted]);
    expect((await lab.driver.server.planSite({ target: lab.target, spec: siteSpec() })).changes).toEqual([]);
  }
});

/** A write without the ids chance gave its objects. */
function inWords({ method, path, op, object }: Awaited<ReturnType<Lab["ledger"]>>[number]): string {
  return `${method} ${path.replace(/machines\/[^/]+\//, "machines/ID/").replace(/nodes\/[^/]+\//, "nodes/ID/")} ${op} ${object.kind}`;
}
