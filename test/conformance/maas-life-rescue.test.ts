import { expect, test } from "vitest";
import type { Done } from "../../gen/bedplate/driver/v1/target_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { type Lab, newOperation } from "./maas-lab.ts";
import { commissionedLab } from "./maas-specs.ts";

const server = { name: "n1", bootMac: "52:54:00:00:01:01" };

/** Enters or leaves rescue mode to the end; gives the answer and the states met on the way. */
async function rescued(
  lab: Lab,
  rescue: boolean,
  operationId = newOperation(),
): Promise<{ done: Done; met: string[] }> {
  const met: string[] = [];
  for (let precondition = ""; ; ) {
    const { result, observed } = await lab.driver.server.ensureServerRescue({
      ...{ target: lab.target, server, rescue, operation: { operationId, precondition } },
    });
    const state = observed?.stateMessage.replace(/:.*/, "") ?? "";
    if (met.at(-1) !== state) met.push(state);
    if (result?.outcome.case === "done") return { done: result.outcome.value, met };
    precondition = result?.precondition ?? "";
  }
}

const statusOf = async (lab: Lab) => {
  const [machine] = (await lab.read("machines/?hostname=n1")) as { status_name: string }[];
  return machine?.status_name;
};

const orders = async (lab: Lab) => (await lab.ledger()).map(({ op }) => op).filter((op) => op?.endsWith("rescue_mode"));

test("a machine is brought into rescue mode and back to what it was, each once", async () => {
  const lab = await commissionedLab();
  for (const status of ["Ready", "Deployed"]) {
    await lab.meddle("machines/sim-1/state", { status: status.toLowerCase() });
    const before = (await orders(lab)).length;
    const entered = await rescued(lab, true);
    expect([entered.done.changed, entered.met[0], await statusOf(lab)]).toEqual([
      ...[true, "Entering rescue mode", "Rescue mode"],
    ]);
    expect((await rescued(lab, true)).done.changed).toBe(false);
    const left = await rescued(lab, false);
    expect([left.done.changed, left.met[0], await statusOf(lab)]).toEqual([true, "Exiting rescue mode", status]);
    expect((await rescued(lab, false)).done.changed).toBe(false);
    expect((await orders(lab)).slice(before)).toEqual(["rescue_mode", "exit_rescue_mode"]);
  }
});

test("a rescue that fails is told with the next step, not tried again by itself, and once more by another operation", async () => {
  const lab = await commissionedLab();
  for (const [rescue, phase, failed, op] of [
    [true, "entering_rescue", "Failed to enter rescue mode", "rescue_mode"],
    [false, "exiting_rescue", "Failed to exit rescue mode", "exit_rescue_mode"],
  ] as const) {
    const before = (await orders(lab)).length;
    await lab.meddle("machines/sim-1/fail", { phase });
    expect(await failureOf(rescued(lab, rescue))).toMatchObject({
      ...{ code: "FailedPrecondition", reason: "MACHINE_FAILED" },
      message: expect.stringMatching(new RegExp(`^machine n1 is "${failed}": \\S+`)),
    });
    expect((await orders(lab)).slice(before)).toEqual([op]);
    expect((await rescued(lab, rescue)).done.changed).toBe(true);
    expect((await orders(lab)).slice(before)).toEqual([op, op]);
  }
  expect(await statusOf(lab)).toBe("Ready");
});
