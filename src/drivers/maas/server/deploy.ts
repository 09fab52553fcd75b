import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { object } from "../client/json.ts";
import type { MaasWrite } from "../client/request.ts";
import { invalidField } from "../driver-error.ts";
import { settle } from "../settle.ts";
import { deployRefusal } from "./deploy-refusal.ts";
import { deployAction, deployWrite, planAnnotations, planTags, readTags, type Tag } from "./deploy-settings.ts";
import { hostname, readOneMachine } from "./find-machine.ts";
import { planLock } from "./lock.ts";
import { type Machine, OPERATION_ANNOTATION, readMachine } from "./machine.ts";
import { releaseActions } from "./release.ts";
import { requireFree } from "./require-free.ts";
import { isConfigurable, STATUS } from "./status.ts";
import { absent, done, failedMachine, hasThisSpec, type Outcome, type Step, waiting } from "./step.ts";

/** Everything that would change to have a machine installed with a specification. */
export function planDeployed(spec: ServerSpec, machine: Machine | undefined): Action[] {
  requireDigest(spec);
  if (machine === undefined) return [deployAction(hostname(spec.identity?.name ?? ""), spec)];
  if (hasThisSpec({ spec }, machine)) return [];
  const deploy = deployAction(machine.hostname, spec);
  const installed: readonly number[] = [STATUS.DEPLOYED, STATUS.DEPLOYING, STATUS.FAILED_DEPLOYMENT];
  return installed.includes(machine.status) ? [...releaseActions(machine, spec), deploy] : [deploy];
}

/**
 * Installs a machine, once: what is being installed or is installed with this specification is only waited for. A failed
 * installation of this operation is an error, one of another operation is given back first.
 */
export async function ensureDeployed(step: Step, found: Machine | undefined): Promise<Outcome> {
  const { client, writer, spec, operationId } = step;
  requireDigest(spec);
  if (found === undefined) throw absent(step);
  if (hasThisSpec(step, found)) {
    if (found.status === STATUS.DEPLOYED) return locked(step, found);
    return waiting(found, 50, `MAAS is installing the machine: ${found.statusMessage || found.statusName}`);
  }
  if (found.status === STATUS.FAILED_DEPLOYMENT && found.annotations[OPERATION_ANNOTATION] === operationId) {
    throw await failedMachine(step, found, "see the installation output in MAAS, mend the cause and try again");
  }
  const answer = await requireFree(step, found);
  if (answer !== undefined) return answer;
  const first = found.status === STATUS.READY ? readMachine(object(await writer.send(allocateWrite(found)))) : found;
  const settled = await settle(
    { machine: first, tags: await readTags(client) },
    {
      observe: async () => {
        const [machine, tags] = await Promise.all([readOneMachine(client, first.systemId), readTags(client)]);
        return { machine, tags };
      },
      plan: (state) => ({ actions: planSettings(state, spec, operationId), notes: [] }),
    },
    writer,
  );
  const { machine } = settled.state;
  if (settled.plan.actions.length > 0 || !isConfigurable(machine.status)) {
    return { machine, isDone: false, percent: 5, message: "setting the machine's tags and annotations" };
  }
  try {
    const deploying = readMachine(object(await writer.send(deployWrite(machine, spec))));
    return waiting(deploying, 10, "MAAS has begun to install the machine", true);
  } catch (error) {
    throw deployRefusal(step, error);
  }
}

/** Locks or unlocks what is installed, as the design says. */
async function locked({ client, writer, spec }: Step, found: Machine): Promise<Outcome> {
  const settled = await settle(
    found,
    {
      observe: () => readOneMachine(client, found.systemId),
      plan: (machine) => ({ actions: planLock(machine, spec), notes: [] }),
    },
    writer,
  );
  const { state: machine, plan } = settled;
  if (plan.actions.length > 0) return { machine, isDone: false, percent: 95, message: "locking the machine" };
  return done(machine, `machine ${machine.hostname} is deployed${machine.locked ? " and locked" : ""}`);
}

function planSettings(
  state: { readonly machine: Machine; readonly tags: readonly Tag[] },
  spec: ServerSpec,
  operationId: string,
) {
  return [...planAnnotations(state.machine, spec, operationId), ...planTags(state.machine, state.tags, spec)];
}

function allocateWrite(machine: Machine): MaasWrite {
  return { method: "POST", path: "machines/", op: "allocate", form: [["system_id", machine.systemId]] };
}

function requireDigest(spec: ServerSpec): void {
  if (spec.specDigest !== "") return;
  throw invalidField("spec.spec_digest", "the specification has no digest, so it could not be told from another one");
}
