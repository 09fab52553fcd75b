import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { object } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { FormField, MaasWrite } from "../client/request.ts";
import { consentRequired } from "../driver-error.ts";
import { settle } from "../settle.ts";
import { kernelTag, planUntagged, readTags, type Tag } from "./deploy-settings.ts";
import { readOneMachine } from "./find-machine.ts";
import { planUnlock } from "./lock.ts";
import { type Machine, readMachine } from "./machine.ts";
import { requireOwn } from "./owner.ts";
import { STATUS } from "./status.ts";
import { done, failedMachine, nodeName, type Outcome, type Step, waiting } from "./step.ts";

/** What MAAS is told about the disks of a machine that is given back, by the design's word; nothing leaves it to MAAS's own setting. */
const ERASE: Readonly<Record<string, readonly FormField[]>> = {
  none: [["erase", "false"]],
  quick: [
    ["erase", "true"],
    ["secure_erase", "false"],
    ["quick_erase", "true"],
  ],
  secure: [
    ["erase", "true"],
    ["secure_erase", "true"],
    ["quick_erase", "false"],
  ],
  full: [
    ["erase", "true"],
    ["secure_erase", "false"],
    ["quick_erase", "false"],
  ],
};

/** The states MAAS releases a machine from. */
const TAKEN: readonly number[] = [
  STATUS.RESERVED,
  STATUS.ALLOCATED,
  STATUS.DEPLOYING,
  STATUS.DEPLOYED,
  STATUS.FAILED_DEPLOYMENT,
  STATUS.BROKEN,
  STATUS.FAILED_RELEASING,
  STATUS.FAILED_DISK_ERASING,
];
const HOLDS_DATA: readonly number[] = [STATUS.DEPLOYED, STATUS.DEPLOYING, STATUS.BROKEN];
const FAILED: readonly number[] = [STATUS.FAILED_RELEASING, STATUS.FAILED_DISK_ERASING];

function releaseWrite({ systemId }: Machine, { erase }: Pick<ServerSpec, "erase">): MaasWrite {
  return { method: "POST", path: `machines/${systemId}/`, op: "release", form: ERASE[erase] ?? [] };
}

/** How a plan shows that a machine is given back, and its lock taken off before. */
export function releaseActions(machine: Machine, { erase }: Pick<ServerSpec, "erase">): Action[] {
  const { hostname, statusName, status } = machine;
  const disks = erase === "" ? "" : erase === "none" ? ", disks not erased" : `, disks erased (${erase})`;
  return [
    ...planUnlock(machine).map((action) => ({ ...action, destructive: true })),
    {
      object: `machine ${hostname}`,
      action: "release",
      before: statusName,
      after: `Ready${disks}`,
      ...(erase !== "" && { field: "erase" }),
      destructive: HOLDS_DATA.includes(status),
    },
  ];
}

/** Everything that would change to have a machine given back. */
export async function planReleased(
  client: MaasClient,
  spec: ServerSpec,
  machine: Machine | undefined,
): Promise<Action[]> {
  if (machine === undefined || isReleased(machine) || isReleasing(machine) || isTested(machine)) return [];
  return [...planUntagged(machine, await tagsOf(client, spec, machine), spec), ...releaseActions(machine, spec)];
}

/** Gives a machine back. One MAAS does not know is given back already. */
export async function ensureReleased(step: Step, machine: Machine | undefined): Promise<Outcome> {
  if (machine === undefined) return done(undefined, "MAAS does not know the machine");
  const { status } = machine;
  if (isTested(machine)) return waiting(machine, 0, "MAAS is testing the machine");
  if (isReleased(machine)) return done(machine, `machine ${machine.hostname} is "${machine.statusName}"`);
  if (isReleasing(machine)) return waiting(machine, 50, "MAAS is releasing the machine");
  if (!TAKEN.includes(status) || (FAILED.includes(status) && step.progress.started)) {
    throw await failedMachine(step, machine, "see the machine's events in MAAS and release it there");
  }
  if (status === STATUS.ALLOCATED || status === STATUS.RESERVED) await requireOwn(step, machine);
  if (HOLDS_DATA.includes(status) && !step.allowDestroy) {
    throw consentRequired(
      nodeName(step),
      `machine ${machine.hostname} is "${machine.statusName}"; its data would be lost`,
    );
  }
  return release(step, machine);
}

/**
 * Releases a machine: its lock is taken off, with consent only, then what Bedplate put on it that MAAS would keep, and it is given back with the design's word about its disks.
 */
export async function release(step: Step, machine: Machine): Promise<Outcome> {
  const { client, writer, spec } = step;
  if (machine.locked && !step.allowDestroy) {
    throw consentRequired(nodeName(step), `machine ${machine.hostname} is locked; releasing it loses its data`);
  }
  const settled = await settle(
    { machine, tags: await tagsOf(client, spec, machine) },
    {
      observe: async () => {
        const again = await readOneMachine(client, machine.systemId);
        return { machine: again, tags: await tagsOf(client, spec, again) };
      },
      plan: (state) => ({
        actions: [...planUnlock(state.machine), ...planUntagged(state.machine, state.tags, spec)],
        notes: [],
      }),
    },
    writer,
  );
  if (settled.plan.actions.length > 0 || !TAKEN.includes(settled.state.machine.status)) {
    return { machine: settled.state.machine, isDone: false, percent: 5, message: "taking back the machine's tags" };
  }
  const released = readMachine(object(await writer.send(releaseWrite(settled.state.machine, spec))));
  return isReleased(released)
    ? done(released, `machine ${machine.hostname} is "${released.statusName}"`)
    : waiting(released, 10, "MAAS has begun to release the machine", true);
}

/** MAAS's tags, where the machine has the one for kernel parameters: whose that is stands in the tag. */
async function tagsOf(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<Tag[]> {
  return machine.tags.includes(kernelTag(spec.identity?.name ?? "")) ? readTags(client) : [];
}

function isReleased({ status, owner }: Machine): boolean {
  const free: readonly number[] = [STATUS.NEW, STATUS.COMMISSIONING, STATUS.READY, STATUS.FAILED_COMMISSIONING];
  const tested: readonly number[] = [STATUS.TESTING, STATUS.FAILED_TESTING];
  return free.includes(status) || (tested.includes(status) && owner === "");
}

/** An installed machine is tested too, and is what it was afterwards. */
function isTested({ status, owner }: Machine): boolean {
  return status === STATUS.TESTING && owner !== "";
}

function isReleasing({ status }: Machine): boolean {
  return status === STATUS.RELEASING || status === STATUS.DISK_ERASING;
}
