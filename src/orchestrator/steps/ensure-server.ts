import {
  type ObservedServer,
  ServerDriverService,
  ServerPhase,
  ServerState,
} from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpecInit } from "../../plan/driver-spec/server-spec.ts";
import { type Ensured, ensureUntilDone } from "../job/ensure.ts";
import { lookAtNodeAgain } from "../job/look-again.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { type SeenServer, seenServer } from "../world.ts";
import { destroyConsent, withoutConsent } from "./destroy-consent.ts";
import { powerCarrier } from "./power-need.ts";
import { type StepContext, StepFailure } from "./step.ts";

/** A machine brought to a phase, and how its driver saw it last. */
export interface EnsuredServer extends Ensured {
  readonly observed: ObservedServer | undefined;
}

/**
 * Brings the step's machine to a phase. `userData` goes with the specification. Just before each call the BMC password is found, and the
 * machine looked at for whether the consent given still covers what is on it.
 */
export async function ensureServer(context: StepContext, phase: ServerPhase, userData = ""): Promise<EnsuredServer> {
  const { job, task, drivers, carried, operationId, signal, policy, clock } = context;
  const { subject, driverInstance } = task.step;
  const consent = destroyConsent(context);
  const power = powerCarrier(context, phase);
  let observed: { readonly last?: ObservedServer } = {};
  const ensured = await ensureUntilDone(context, {
    subject,
    instance: driverInstance,
    operationId,
    precondition: carried.precondition,
    machine: { server: job.snapshot.specOf(subject).spec.identity ?? { name: subject }, known: () => observed.last },
    async lookAgain() {
      const look = callPatiently(createPatience(clock, policy), signal, () => consent.holds());
      return lookAtNodeAgain((await look) ? context : withoutConsent(context));
    },
    async call(operation) {
      if (power !== undefined) {
        const seen = observed.last === undefined ? await lookAt(context) : seenServer(observed.last);
        const clears = isCleared(context, phase, seen) && (await consent.holds());
        const waits = await power.before(seen, operation, clears);
        if (waits !== undefined) return { ...waits, precondition: operation.precondition ?? "" };
      }
      const spec = await specWithSecrets(context, userData);
      // Asked last, so that nothing but the call itself comes between the look and what it allows.
      const allowDestroy = await consent.holds();
      const answer = await drivers.call(driverInstance, ServerDriverService, signal, (client, target) =>
        client.ensureServer({ target, spec, phase, operation, allowDestroy }, { signal, timeoutMs: policy.callMs }),
      );
      if (answer.observed !== undefined) {
        observed = { last: answer.observed };
        consent.saw(seenServer(answer.observed));
      }
      const { result, observed: last } = answer;
      const waits = last === undefined ? undefined : await power?.after(last.powerNeed, operation);
      if (waits !== undefined && result !== undefined) return { ...waits, precondition: result.precondition };
      return result;
    },
  });
  return { ...ensured, observed: observed.last };
}

async function lookAt({ job, task, world, signal }: StepContext): Promise<SeenServer> {
  const { subject } = task.step;
  const seen = (await world.servers(job.snapshot, [subject], signal)).get(subject);
  if (seen === undefined) throw new StepFailure(`node ${subject} can't be observed`);
  return seen;
}

/** Whether what is installed on the machine goes, if there is consent to it. */
function isCleared({ job, task }: StepContext, phase: ServerPhase, { state, specDigest }: SeenServer): boolean {
  if (state !== ServerState.DEPLOYED) return false;
  if (phase === ServerPhase.RELEASED) return true;
  return phase !== ServerPhase.COMMISSIONED && specDigest !== job.snapshot.specOf(task.step.subject).spec.specDigest;
}

async function specWithSecrets(context: StepContext, userData: string): Promise<ServerSpecInit> {
  const { job, task, controllers, signal } = context;
  const { spec } = job.snapshot.specOf(task.step.subject);
  const withData = userData === "" ? spec : { ...spec, userData };
  const credential = await controllers.credential(job.snapshot, task.step.subject, signal);
  return credential === undefined ? withData : { ...withData, oob: { ...spec.oob, credential } };
}
