import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { MaasWrite } from "../client/request.ts";
import { settle } from "../settle.ts";
import { hostname, readOneMachine } from "./find-machine.ts";
import { type Machine, readMachine } from "./machine.ts";
import { enlistment, planIdentity } from "./plan-identity.ts";
import { powerSettings } from "./power-settings.ts";
import { isCommissioned, STATUS } from "./status.ts";
import { done, failedMachine, type Outcome, type Step, waiting } from "./step.ts";

/** A machine with the power parameters MAAS has for it; undefined where this driver leaves them alone. */
interface Identified {
  readonly machine: Machine;
  readonly power: Readonly<Record<string, string>> | undefined;
}

/** Everything that would change to have a machine known and inventoried. */
export async function planCommissioned(
  client: MaasClient,
  spec: ServerSpec,
  machine: Machine | undefined,
): Promise<Action[]> {
  if (machine === undefined)
    return [enlistment(spec, powerSettings(spec)).action, commissioning(hostname(spec.identity?.name ?? ""))];
  const identity = plan(await identify(client, spec, machine), spec);
  return needsCommissioning(machine) ? [...identity, commissioning(machine.hostname)] : identity;
}

/** Brings a machine to be known and inventoried, with its name and power settings. */
export async function ensureCommissioned(step: Step, found: Machine | undefined): Promise<Outcome> {
  const { client, writer, spec } = step;
  const first = found ?? readMachine(object(await writer.send(enlistment(spec, powerSettings(spec)).write)));
  switch (first.status) {
    case STATUS.COMMISSIONING:
      return waiting(first, 30, "MAAS is taking stock of the hardware");
    case STATUS.TESTING:
      return waiting(first, 70, "MAAS is testing the hardware");
    case STATUS.FAILED_TESTING:
      throw await failedMachine(step, first, "mend the hardware and test again, or override the failed test in MAAS");
    case STATUS.FAILED_COMMISSIONING:
      if (!step.progress.started) break;
      throw await failedMachine(step, first, "see the commissioning output in MAAS, mend the machine and try again");
    default:
      if (first.status === STATUS.NEW || isCommissioned(first.status)) break;
      throw await failedMachine(step, first, "bring the machine back to Ready in MAAS, or take it out of the design");
  }
  const { systemId } = first;
  const settled = await settle(
    await identify(client, spec, first),
    {
      observe: async () => identify(client, spec, await readOneMachine(client, systemId)),
      plan: (state) => ({ actions: plan(state, spec), notes: [] }),
    },
    writer,
  );
  const { machine } = settled.state;
  if (settled.plan.actions.length > 0) {
    return { machine, isDone: false, percent: 5, message: "setting the machine's name and power" };
  }
  if (!needsCommissioning(machine)) return done(machine, `machine ${machine.hostname} is "${machine.statusName}"`);
  const write: MaasWrite = { method: "POST", path: `machines/${systemId}/`, op: "commission" };
  return waiting(readMachine(object(await writer.send(write))), 10, "MAAS has begun to commission the machine", true);
}

function needsCommissioning({ status }: Machine): boolean {
  return status === STATUS.NEW || status === STATUS.FAILED_COMMISSIONING;
}

function commissioning(name: string): Action {
  return { object: `machine ${name}`, action: "commission", before: "", after: "hardware inventoried and tested" };
}

function plan({ machine, power }: Identified, spec: ServerSpec): Action[] {
  return isFree(machine) ? planIdentity(machine, spec, powerSettings(spec), power) : [];
}

/** Whether nothing is installed on a machine nor being done to it, so that its name and power may be set. */
function isFree({ status }: Machine): boolean {
  const free: readonly number[] = [
    STATUS.NEW,
    STATUS.FAILED_COMMISSIONING,
    STATUS.READY,
    STATUS.ALLOCATED,
    STATUS.FAILED_DEPLOYMENT,
  ];
  return free.includes(status);
}

async function identify(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<Identified> {
  if (powerSettings(spec) === undefined || !isFree(machine)) return { machine, power: undefined };
  const path = `machines/${encodeURIComponent(machine.systemId)}/`;
  const answer = object(await client.get({ path, op: "power_parameters" }));
  return { machine, power: Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)])) };
}
