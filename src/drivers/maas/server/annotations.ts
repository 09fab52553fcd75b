import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { doneResult, progressResult, type ResultInit } from "../answer.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { notFound, rejected, worldChanged } from "../driver-error.ts";
import { member } from "../field.ts";
import { readPrecondition } from "../precondition.ts";
import { settle } from "../settle.ts";
import type { Writer } from "../writer.ts";
import { planTags, readTags, type Tag } from "./deploy-settings.ts";
import { findMachine, readOneMachine } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { machineKey, serverPrecondition } from "./server-facts.ts";
import { STATUS } from "./status.ts";

/** What an EnsureAnnotations call is about. */
export interface EnsureAnnotationsOrder {
  readonly spec: ServerSpec;
  readonly operationId: string;
  readonly precondition: string;
}

/**
 * The tags and annotations an installed machine lacks. Those the specification doesn't name stay: other hands may have set them. Kernel
 * parameters, which MAAS has on a tag too, belong to the installation.
 */
export function planInstalledAnnotations(machine: Machine, tags: readonly Tag[], spec: ServerSpec): Action[] {
  const onlyTags = planTags(machine, tags, spec).filter(({ field }) => field === "tags");
  const data = Object.entries(spec.ownerData)
    .filter(([name, value]) => (machine.annotations[name] ?? "") !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, value]): Action => ({
        object: `machine ${machine.hostname}`,
        action: "annotate",
        field: member("owner_data", name),
        before: machine.annotations[name] ?? "",
        after: value,
        request: {
          method: "POST",
          path: `machines/${machine.systemId}/`,
          op: "set_workload_annotations",
          form: [[name, value]],
        },
      }),
    );
  return [...onlyTags, ...data];
}

/** The same, reading MAAS's tags only when the machine lacks one. */
export async function readInstalledAnnotations(
  client: MaasClient,
  machine: Machine,
  spec: ServerSpec,
): Promise<Action[]> {
  const lacks = spec.tags.some((tag) => !machine.tags.includes(tag));
  return planInstalledAnnotations(machine, lacks ? await readTags(client) : [], lacks ? spec : { ...spec, tags: [] });
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
  if (settled.plan.actions.length > 0) return progressResult(next, 1, 50, "setting the machine's tags and annotations");
  return doneResult(next, changed, `tags and annotations of machine ${machine.hostname} are as designed`);
}
