import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { backoff, doneResult, progressResult, type ResultInit } from "../answer.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { invalidField } from "../driver-error.ts";
import { type Progress, readPrecondition } from "../precondition.ts";
import type { Writer } from "../writer.ts";
import { ensureCommissioned } from "./commission.ts";
import { ensureNetworkConfigured, ensureStorageConfigured } from "./configure.ts";
import { ensureDeployed } from "./deploy.ts";
import { findMachine } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { type ObservedInit, observedServer } from "./observed-server.ts";
import { planDisks, planNetwork } from "./plan-server.ts";
import { ensureReleased } from "./release.ts";
import { requireSameServer } from "./require-same-server.ts";
import type { Outcome, Step } from "./step.ts";
import { vanished } from "./vanished.ts";

/** What an EnsureServer call is about. */
export interface EnsureServerOrder {
  readonly spec: ServerSpec;
  readonly phase: ServerPhase;
  readonly operationId: string;
  readonly precondition: string;
  readonly allowDestroy: boolean;
}

type PhaseHandler = (step: Step, machine: Machine | undefined) => Promise<Outcome>;

const HANDLERS: ReadonlyMap<ServerPhase, PhaseHandler> = new Map<ServerPhase, PhaseHandler>([
  [ServerPhase.COMMISSIONED, ensureCommissioned],
  [ServerPhase.NETWORK_CONFIGURED, ensureNetworkConfigured],
  [ServerPhase.STORAGE_CONFIGURED, ensureStorageConfigured],
  [ServerPhase.DEPLOYED, ensureDeployed],
  [ServerPhase.RELEASED, ensureReleased],
]);

/** Brings a machine towards a phase, as far as one call can. */
export async function ensureServer(
  client: MaasClient,
  order: EnsureServerOrder,
  writer: Writer,
): Promise<{ readonly result: ResultInit; readonly observed: ObservedInit }> {
  const { spec, phase, operationId, allowDestroy } = order;
  const { identity } = spec;
  const handle = HANDLERS.get(phase);
  if (identity === undefined || handle === undefined)
    throw invalidField("phase", "the call names no server or no phase");
  const token = readPrecondition(order.precondition);
  const before: Progress = token?.progress(operationId) ?? { operationId, changed: false, started: false, waits: 0 };
  const step: Step = { client, writer, spec, operationId, allowDestroy, progress: before };
  const found = await findMachine(client, identity);
  if (token !== undefined) {
    await requireSameServer(token, step, phase, found, {
      network: async () => (found === undefined ? [] : planNetwork(client, spec, found)),
      storage: async () => (found === undefined ? [] : planDisks(client, spec, found)),
    });
  }
  const outcome = await handle(step, found).catch((error: unknown) => {
    throw vanished(error, identity.name, client.target.instance);
  });
  const changed = before.changed || writer.count > 0;
  const waits = outcome.isWaiting && writer.count === 0 ? before.waits + 1 : 0;
  const progress: Progress = { operationId, changed, started: before.started || outcome.hasStarted === true, waits };
  const observed = observedServer(identity.name, outcome.machine, progress);
  const precondition = observed.precondition ?? "";
  if (outcome.isDone) return { result: doneResult(precondition, changed, outcome.message), observed };
  const delay = outcome.isWaiting ? backoff(waits) : 1;
  return { result: progressResult(precondition, delay, outcome.percent ?? 0, outcome.message), observed };
}
