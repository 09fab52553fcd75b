import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { answeredList, object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { chosenScripts } from "../scripts/chosen-scripts.ts";
import { settle } from "../settle.ts";
import { commissionLabel, commissionRefusal, commissionWrite } from "./commission-form.ts";
import { enlist } from "./enlist.ts";
import { hostname, readOneMachine } from "./find-machine.ts";
import { type Machine, readMachine } from "./machine.ts";
import { requireNoOtherNode } from "./other-node.ts";
import { isOwn } from "./owner.ts";
import { enlistment, planIdentity, wantedDomain } from "./plan-identity.ts";
import { powerSettings } from "./power-settings.ts";
import { isCommissioned, STATUS } from "./status.ts";
import { done, failedMachine, type Outcome, type Step, waiting } from "./step.ts";

/** A machine with what MAAS has beside it. */
interface Identified {
  readonly machine: Machine;
  /** Whether its name, domain and power may be set. */
  readonly isFree: boolean;
  /** The power parameters MAAS has; undefined where this driver leaves them alone. */
  readonly power: Readonly<Record<string, string>> | undefined;
  /** The domain it is to be in, if MAAS has that one. */
  readonly domain: string | undefined;
  /** What is left alone although the design speaks of it; empty for nothing. */
  readonly note: string;
}

/** Everything that would change to have a machine known and inventoried. */
export async function planCommissioned(
  client: MaasClient,
  spec: ServerSpec,
  machine: Machine | undefined,
): Promise<Action[]> {
  if (machine === undefined) {
    const { action } = enlistment(spec, powerSettings(spec));
    if (spec.identity !== undefined) await requireNoOtherNode(client, spec.identity);
    return [action, commissioning(hostname(spec.identity?.name ?? ""), spec)];
  }
  const identity = plan(await identify(client, spec, machine), spec);
  return needsCommissioning(machine) ? [...identity, commissioning(machine.hostname, spec)] : identity;
}

/** Brings a machine to be known and inventoried, with its name, domain and power settings. */
export async function ensureCommissioned(step: Step, found: Machine | undefined): Promise<Outcome> {
  const { client, writer, spec } = step;
  const first = found ?? (await enlist(step));
  const answer = await requireIdle(step, first);
  if (answer !== undefined) return answer;
  const { systemId } = first;
  const settled = await settle(
    await identify(client, spec, first),
    {
      observe: async () => identify(client, spec, await readOneMachine(client, systemId)),
      plan: (state) => ({ actions: plan(state, spec), notes: [] }),
    },
    writer,
  );
  const { machine, note } = settled.state;
  if (settled.plan.actions.length > 0) {
    return { machine, isDone: false, percent: 5, message: "setting the machine's name, domain and power" };
  }
  if (!needsCommissioning(machine)) {
    const told = note === "" ? "" : `; ${note}`;
    return done(machine, `machine ${machine.hostname} is "${machine.statusName}"${told}`);
  }
  const scripts = await chosenScripts(client, spec.commission?.commissioningScripts ?? []);
  try {
    const begun = readMachine(object(await writer.send(commissionWrite(machine, spec, scripts))));
    return waiting(begun, 10, "MAAS has begun to commission the machine", true);
  } catch (error) {
    throw commissionRefusal(step, error);
  }
}

/** Gives what to answer while MAAS is at work; fails when a person must look. Undefined for a machine that may be commissioned, or needn't. */
async function requireIdle(step: Step, machine: Machine): Promise<Outcome | undefined> {
  const { status } = machine;
  switch (status) {
    case STATUS.COMMISSIONING:
      return waiting(machine, 30, "MAAS is taking stock of the hardware");
    case STATUS.TESTING:
      return waiting(machine, 70, "MAAS is testing the hardware");
    case STATUS.FAILED_TESTING: {
      const hint =
        "MAAS commissions no machine whose test failed: mend the hardware and test it again there, or override the failed test";
      throw await failedMachine(step, machine, hint);
    }
    case STATUS.FAILED_COMMISSIONING:
      if (!step.progress.started) return undefined;
      throw await failedMachine(step, machine, "see the commissioning output in MAAS, mend the machine and try again");
    case STATUS.RESCUE_MODE:
    case STATUS.ENTERING_RESCUE_MODE:
    case STATUS.EXITING_RESCUE_MODE:
      throw await failedMachine(step, machine, "bring the machine out of rescue mode first");
    default:
      if (status === STATUS.NEW || isCommissioned(status)) return undefined;
      throw await failedMachine(step, machine, "bring the machine back to Ready in MAAS, or take it out of the design");
  }
}

/** A machine that is Ready without anything known of it was put there by hand. */
function needsCommissioning({ status, cpuCount, memoryMib, disks }: Machine): boolean {
  const isUnknown = status === STATUS.READY && cpuCount === 0 && memoryMib === 0 && disks.length === 0;
  return status === STATUS.NEW || status === STATUS.FAILED_COMMISSIONING || isUnknown;
}

function commissioning(name: string, spec: ServerSpec): Action {
  const field = spec.commission === undefined ? {} : { field: "commission" };
  return { object: `machine ${name}`, action: "commission", before: "", after: commissionLabel(spec), ...field };
}

function plan({ machine, isFree, power, domain }: Identified, spec: ServerSpec): Action[] {
  return isFree ? planIdentity(machine, spec, powerSettings(spec), power, domain) : [];
}

const FREE: readonly number[] = [STATUS.NEW, STATUS.FAILED_COMMISSIONING, STATUS.READY];
const OWNED: readonly number[] = [STATUS.ALLOCATED, STATUS.FAILED_DEPLOYMENT];

/** Whether nothing is installed on a machine nor being done to it, nor somebody else has it, so that its name, domain and power may be set. */
async function mayIdentify(client: MaasClient, machine: Machine): Promise<boolean> {
  if (FREE.includes(machine.status)) return true;
  return OWNED.includes(machine.status) && (await isOwn(client, machine));
}

async function identify(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<Identified> {
  const isFree = await mayIdentify(client, machine);
  if (!isFree) return { machine, isFree, power: undefined, domain: undefined, note: "" };
  const { domain, note } = await readDomain(client, spec, machine);
  if (powerSettings(spec) === undefined) return { machine, isFree, power: undefined, domain, note };
  const path = `machines/${encodeURIComponent(machine.systemId)}/`;
  const answer = object(await client.get({ path, op: "power_parameters" }));
  const power = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)]));
  return { machine, isFree, power, domain, note };
}

/** The domain a machine is to be moved to. One that MAAS doesn't have is made by preparing the site; without that the machine stays where it is. */
async function readDomain(
  client: MaasClient,
  spec: ServerSpec,
  machine: Machine,
): Promise<Pick<Identified, "domain" | "note">> {
  const wanted = wantedDomain(spec);
  if (wanted === "" || (machine.domain ?? "").toLowerCase() === wanted) return { domain: undefined, note: "" };
  const domains = answeredList(await client.get({ path: "domains/" }), "domains/", client.target.instance);
  if (domains.some(({ name }) => text(name).toLowerCase() === wanted)) return { domain: wanted, note: "" };
  return {
    domain: undefined,
    note: `MAAS has no domain ${wanted}, so it stays in ${machine.domain || "its own"}: prepare the site to have it made`,
  };
}
