import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Done, EnsureResult } from "../../gen/bedplate/driver/v1/target_pb.js";
import { type ErrorDetail, ErrorDetailSchema, ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { type Lab, newOperation, type ServerInit, type SiteInit } from "./maas-lab.ts";

/** What a patient caller came to, and every passing error it met on the way. */
export interface Endured {
  readonly done: Done;
  readonly met: readonly { readonly message: string; readonly detail: ErrorDetail }[];
}

// As patient as core is by default, without its pauses.
const MOST_CALLS = 60;
const LONGEST_PAUSE_MS = 60;

/** Repeats EnsureServer as core does: again after what passes, with a fresh look after WORLD_CHANGED, until it is done. What is not to be repeated is thrown. */
export async function endurePhase(
  lab: Lab,
  spec: ServerInit,
  phase: ServerPhase,
  allowDestroy = false,
): Promise<Endured> {
  const { target } = lab;
  const operationId = newOperation();
  return endure(
    (precondition) =>
      lab.driver.server.ensureServer({ target, spec, phase, operation: { operationId, precondition }, allowDestroy }),
    async () => (await lab.driver.server.planServer({ target, spec, phase })).precondition,
  );
}

/** The same of a site. */
export async function endureSite(lab: Lab, spec: SiteInit): Promise<Endured> {
  const { target } = lab;
  const operationId = newOperation();
  return endure(
    (precondition) => lab.driver.server.ensureSite({ target, spec, operation: { operationId, precondition } }),
    async () => (await lab.driver.server.planSite({ target, spec })).precondition,
  );
}

async function endure(
  call: (precondition: string) => Promise<{ result?: EnsureResult | undefined }>,
  look: () => Promise<string>,
): Promise<Endured> {
  const met: { message: string; detail: ErrorDetail }[] = [];
  let token = "";
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    try {
      const { result } = await call(token);
      if (result?.outcome.case === "done") return { done: result.outcome.value, met };
      if (result?.outcome.case !== "inProgress") throw new Error("an Ensure call without outcome");
      token = result.precondition;
      await delay(Math.min(result.outcome.value.retryAfterMs, LONGEST_PAUSE_MS));
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      const [detail] = error.findDetails(ErrorDetailSchema);
      if (detail === undefined) throw error;
      const changed = detail.reason === ErrorReason.WORLD_CHANGED;
      if (error.code !== Code.Unavailable && error.code !== Code.Aborted && !changed) throw error;
      met.push({ message: error.rawMessage, detail });
      if (changed) token = await look();
      await delay(LONGEST_PAUSE_MS);
    }
  }
  throw new Error(`it did not end: ${met.map(({ message }) => message).join("; ")}`);
}
