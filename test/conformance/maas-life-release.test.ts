import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { recordForms } from "./maas-forms.ts";
import { type Lab, newOperation, type ServerInit } from "./maas-lab.ts";
import { endurePhase } from "./maas-patience.ts";
import { at, commissionedLab, serverSpec } from "./maas-specs.ts";

const { DEPLOYED, RELEASED } = ServerPhase;

/** A node whose annotations are all about its lock. */
const PLAIN: ServerInit = { ...serverSpec(), tags: [], ownerData: {}, kernelParams: {} };

async function machineOf(lab: Lab): Promise<unknown> {
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  return machine;
}

const installed = (lab: Lab, more: Record<string, unknown> = {}) =>
  lab.meddle("machines/sim-1/state", { status: "deployed", locked: false, ...more });

async function annotated(lab: Lab, spec: ServerInit): Promise<boolean> {
  const operationId = newOperation();
  let changed = false;
  for (let precondition = ""; ; ) {
    const { result } = await lab.driver.server.ensureAnnotations({
      ...{ target: lab.target, spec, operation: { operationId, precondition } },
    });
    precondition = result?.precondition ?? "";
    if (result?.outcome.case !== "done") continue;
    changed ||= result.outcome.value.changed;
    return changed;
  }
}

test("a machine is given back with the design's word about its disks, and without one with none", async () => {
  const { lab, sent } = await recordForms(await commissionedLab());
  for (const [erase, form, after, onItsWay] of [
    ["", {}, "Ready", "Releasing"],
    ["none", { erase: "false" }, "Ready, disks not erased", "Releasing"],
    [
      "quick",
      { erase: "true", secure_erase: "false", quick_erase: "true" },
      "Ready, disks erased (quick)",
      "Disk erasing",
    ],
    [
      "secure",
      { erase: "true", secure_erase: "true", quick_erase: "false" },
      "Ready, disks erased (secure)",
      "Disk erasing",
    ],
    [
      "full",
      { erase: "true", secure_erase: "false", quick_erase: "false" },
      "Ready, disks erased (full)",
      "Disk erasing",
    ],
  ] as const) {
    await installed(lab);
    sent.length = 0;
    const spec = { ...serverSpec(), erase };
    const { target } = lab;
    const { changes } = await lab.driver.server.planServer({ target, spec, phase: RELEASED });
    expect(changes).toMatchObject([
      { action: "release", after, field: erase === "" ? "" : "erase", before: "Deployed", destructive: true },
    ]);
    const operation = { operationId: newOperation() };
    const order = { target, spec, phase: RELEASED, operation, allowDestroy: true };
    const { observed } = await lab.driver.server.ensureServer(order);
    expect(observed?.stateMessage).toMatch(new RegExp(`^${onItsWay}`));
    await endurePhase(lab, spec, RELEASED, true);
    expect(sent).toEqual([{ op: "release", form }]);
    expect(await machineOf(lab)).toMatchObject({ status_name: "Ready", owner: "" });
  }
});

test("installing anew erases with the design's word too, and the plan says so", async () => {
  const { lab, sent } = await recordForms(await commissionedLab());
  await installed(lab);
  const spec = { ...serverSpec(), erase: "quick" };
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase: DEPLOYED });
  expect(changes.find(({ action }) => action === "release")).toMatchObject({ after: "Ready, disks erased (quick)" });
  const operation = { operationId: newOperation() };
  await lab.driver.server.ensureServer({ target: lab.target, spec, phase: DEPLOYED, operation, allowDestroy: true });
  expect(sent).toEqual([{ op: "release", form: { erase: "true", secure_erase: "false", quick_erase: "true" } }]);
});

test("a machine is locked and unlocked as the design says, and without a word only what Bedplate locked is unlocked", async () => {
  const lab = await commissionedLab();
  await installed(lab);
  const locks = async () => (await lab.ledger()).map(({ op }) => op).filter((op) => op === "lock" || op === "unlock");
  expect(await annotated(lab, { ...PLAIN, locked: true })).toBe(true);
  expect(await machineOf(lab)).toMatchObject({ locked: true, workload_annotations: { bedplate_locked: "true" } });
  expect(await annotated(lab, { ...PLAIN, locked: true })).toBe(false);
  expect(await annotated(lab, { ...PLAIN, locked: false })).toBe(true);
  expect(at(await machineOf(lab), "locked")).toBe(false);
  expect(await annotated(lab, PLAIN)).toBe(false);
  expect(await locks()).toEqual(["lock", "unlock"]);

  const path = `machines/${at(await machineOf(lab), "system_id")}/?op=lock`;
  await lab.write("POST", path, {});
  expect(await annotated(lab, PLAIN)).toBe(false);
  expect(at(await machineOf(lab), "locked")).toBe(true);
  // What somebody else locked isn't Bedplate's because the design says the same for a while.
  await annotated(lab, { ...PLAIN, locked: true });
  await annotated(lab, PLAIN);
  expect(at(await machineOf(lab), "locked")).toBe(true);
  expect(await annotated(lab, { ...PLAIN, locked: false })).toBe(true);
  expect(at(await machineOf(lab), "locked")).toBe(false);

  await annotated(lab, { ...PLAIN, locked: true });
  expect(await annotated(lab, PLAIN)).toBe(true);
  expect(await machineOf(lab)).toMatchObject({ locked: false, workload_annotations: {} });
  expect(await locks()).toEqual(["lock", "unlock", "lock", "unlock", "lock", "unlock"]);
});

test("a locked machine is given back only with consent, and unlocked first", async () => {
  const { lab, sent } = await recordForms(await commissionedLab());
  await installed(lab, { locked: true });
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec: PLAIN, phase: RELEASED });
  expect(changes.map(({ action, destructive }) => [action, destructive])).toEqual([
    ["unlock", true],
    ["release", true],
  ]);
  const refused = { code: "FailedPrecondition", reason: "CONSENT_REQUIRED" };
  expect(await failureOf(endurePhase(lab, PLAIN, RELEASED))).toMatchObject(refused);
  // Not even where the state alone would need no consent.
  await lab.meddle("machines/sim-1/state", { status: "failed_deployment", locked: true });
  expect(await failureOf(endurePhase(lab, PLAIN, RELEASED))).toMatchObject({
    ...refused,
    message: "machine n1 is locked; releasing it loses its data",
  });
  expect(sent).toEqual([]);
  await installed(lab, { locked: true });
  await endurePhase(lab, PLAIN, RELEASED, true);
  expect(sent.map(({ op }) => op)).toEqual(["unlock", "release"]);
  expect(await machineOf(lab)).toMatchObject({ status_name: "Ready", locked: false });
});

test("tags and owner data the design drops are taken back, and those others set stay", async () => {
  const lab = await commissionedLab();
  await installed(lab);
  await annotated(lab, { ...PLAIN, tags: ["compute", "blue"], ownerData: { rack: "r1", team: "ops" } });
  const id = at(await machineOf(lab), "system_id");
  await lab.write("POST", "tags/", { name: "theirs" });
  await lab.write("POST", "tags/theirs/?op=update_nodes", { add: String(id) });
  await lab.write("POST", `machines/${id}/?op=set_workload_annotations`, { ticket: "4711" });
  const less = { ...PLAIN, tags: ["compute"], ownerData: { rack: "r1" } };
  expect(await annotated(lab, less)).toBe(true);
  expect(await machineOf(lab)).toMatchObject({
    tag_names: ["compute", "theirs"],
    workload_annotations: { rack: "r1", ticket: "4711", bedplate_tags: "compute", bedplate_owner_data: "rack" },
  });
  expect(at(at(await machineOf(lab), "workload_annotations"), "team")).toBeUndefined();
  expect(await annotated(lab, less)).toBe(false);
  expect(await annotated(lab, PLAIN)).toBe(true);
  expect(await machineOf(lab)).toMatchObject({ tag_names: ["theirs"], workload_annotations: { ticket: "4711" } });
});

test("what Bedplate set can still be read after 200 tags of long names, and all is taken back", async () => {
  const lab = await commissionedLab();
  await installed(lab);
  const tags = Array.from({ length: 200 }, (_, index) => `${"a-tag-of-a-long-name-".repeat(2)}${index}`);
  expect(await annotated(lab, { ...PLAIN, tags })).toBe(true);
  const before = await machineOf(lab);
  expect(at(before, "tag_names")).toHaveLength(200);
  const marks = Object.entries(at(before, "workload_annotations") as Record<string, string>);
  expect(marks.map(([name]) => name).sort()).toEqual(
    ["", "_2", "_3", "_4"].map((part) => `bedplate_tags${part}`).slice(0, marks.length),
  );
  expect(marks.length).toBeGreaterThan(2);
  expect(marks.every(([, value]) => value.length <= 4096)).toBe(true);
  expect(await annotated(lab, { ...PLAIN, tags })).toBe(false);
  const kept = tags.slice(0, 1);
  expect(await annotated(lab, { ...PLAIN, tags: kept })).toBe(true);
  expect(await machineOf(lab)).toMatchObject({ tag_names: kept, workload_annotations: { bedplate_tags: kept[0] } });
}, 60_000);
