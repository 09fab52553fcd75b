import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { doneResult, progressResult, type ResultInit } from "../answer.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { FormField } from "../client/request.ts";
import { notFound, rejected, worldChanged } from "../driver-error.ts";
import { member } from "../field.ts";
import { readPrecondition } from "../precondition.ts";
import { settle } from "../settle.ts";
import type { Writer } from "../writer.ts";
import { planTags, readTags, type Tag } from "./deploy-settings.ts";
import { findMachine, readOneMachine } from "./find-machine.ts";
import { planLock } from "./lock.ts";
import type { Machine } from "./machine.ts";
import { isMark, LOCK_MARK, planMarks, readMarks, TAGS_MARK } from "./marks.ts";
import { machineKey, serverPrecondition } from "./server-facts.ts";
import { STATUS } from "./status.ts";

/** What an EnsureAnnotations call is about. */
export interface EnsureAnnotationsOrder {
  readonly spec: ServerSpec;
  readonly operationId: string;
  readonly precondition: string;
}

/**
 * The tags and annotations an installed machine lacks, those Bedplate set and the design dropped, and its lock. Others stay: other hands may have set them. Kernel
 * parameters, which MAAS has on a tag too, belong to the installation.
 */
export function planInstalledAnnotations(machine: Machine, tags: readonly Tag[], spec: ServerSpec): Action[] {
  const onlyTags = planTags(machine, tags, spec).filter(({ field }) => field === "tags");
  const dropped = [...readMarks(machine).keys].filter((key) => !(key in spec.ownerData));
  const wanted = { ...Object.fromEntries(dropped.map((key) => [key, ""])), ...spec.ownerData };
  const data = Object.entries(wanted)
    .filter(([name, value]) => (machine.annotations[name] ?? "") !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => annotate(machine, member("owner_data", name), [[name, value]], value));
  const lock = planLock(machine, spec);
  const [unlocks, locks] = machine.locked ? [lock, []] : [[], lock];
  return [...unlocks, ...marks(machine, spec), ...onlyTags, ...data, ...locks];
}

/** What Bedplate sets is written down before it is set, so that a call that was cut off leaves nothing nobody knows of. */
function marks(machine: Machine, spec: ServerSpec): Action[] {
  const form = planMarks(machine, spec);
  const [first] = form;
  if (first === undefined) return [];
  const field = first[0] === LOCK_MARK ? "locked" : first[0].startsWith(TAGS_MARK) ? "tags" : "owner_data";
  return [annotate(machine, field, form, form.map(([name, value]) => `${name} ${value || "-"}`).join(", "))];
}

function annotate(machine: Machine, field: string, form: readonly FormField[], after: string): Action {
  const { annotations, hostname, systemId } = machine;
  const [only, ...more] = form;
  const before =
    only !== undefined && more.length === 0 && !isMark(only[0])
      ? (annotations[only[0]] ?? "")
      : form.map(([name]) => `${name} ${annotations[name] || "-"}`).join(", ");
  return {
    ...{ object: `machine ${hostname}`, action: "annotate", field, before, after },
    request: { method: "POST", path: `machines/${systemId}/`, op: "set_workload_annotations", form },
  };
}

/** The same, reading MAAS's tags only when the machine lacks one. */
export async function readInstalledAnnotations(
  client: MaasClient,
  machine: Machine,
  spec: ServerSpec,
): Promise<Action[]> {
  const lacks = spec.tags.some((tag) => !machine.tags.includes(tag));
  if (lacks) return planInstalledAnnotations(machine, await readTags(client), spec);
  // Each is on the machine, so it is there, whatever it is like.
  const known = spec.tags.map((name) => ({ name, definition: "", comment: "", kernelOpts: "" }));
  return planInstalledAnnotations(machine, known, spec);
}

/** Brings tags and annotations of an installed machine to the specification's, and touches nothing else of it. */
export async function ensureAnnotations(
  client: MaasClient,
  { spec, operationId, precondition }: EnsureAnnotationsOrder,
  writer: Writer,
): Promise<ResultInit> {
  const node = spec.identity?.name ?? "";
  const token = readPrecondition(precondition);
  const found = spec.identity === undefined ? undefined : await findMachine(client, spec.identity);
  if (found === undefined) {
    throw notFound(`MAAS has no machine for node ${node}`, { subject: node, hint: "deploy the node first" });
  }
  if (token?.status !== undefined && token.vanished([], [machineKey(found.systemId)]).length === 0) {
    throw worldChanged(
      node,
      `node ${node} was another machine of MAAS when the plan was made; it is now ${found.systemId}`,
    );
  }
  if (found.status !== STATUS.DEPLOYED) {
    const hint = "it gets its tags and annotations when it is deployed";
    throw rejected(`machine ${found.hostname} is "${found.statusName}", not deployed`, { subject: node, hint });
  }
  const settled = await settle(
    { machine: found, tags: await readTags(client) },
    {
      observe: async () => {
        const [machine, tags] = await Promise.all([readOneMachine(client, found.systemId), readTags(client)]);
        return { machine, tags };
      },
      plan: ({ machine, tags }) => ({ actions: planInstalledAnnotations(machine, tags, spec), notes: [] }),
    },
    writer,
  );
  const { machine } = settled.state;
  const before = token?.progress(operationId).changed ?? false;
  const changed = before || writer.count > 0;
  const next = serverPrecondition(machine, { operationId, changed, started: false, waits: 0 });
  if (settled.plan.actions.length > 0)
    return progressResult(next, 1, 50, "setting the machine's tags, annotations and lock");
  return doneResult(next, changed, `tags and annotations of machine ${machine.hostname} are as designed`);
}
