import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { ActionPlan } from "../action.ts";
import { doneResult, progressResult, type ResultInit } from "../answer.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { worldChanged } from "../driver-error.ts";
import { type Precondition, readPrecondition, writePrecondition } from "../precondition.ts";
import { settle } from "../settle.ts";
import { listed } from "../text.ts";
import type { Writer } from "../writer.ts";
import { imagesToCome } from "./images.ts";
import { namedKeys, planObjects } from "./observed-objects.ts";
import { planSite } from "./plan-site.ts";
import { readSite, type SiteState } from "./read-site.ts";

/** How soon an import that is waited for is looked at again, milliseconds. */
const IMPORT_WAIT_MS = 10_000;

/** What an EnsureSite call is about. */
export interface EnsureSiteOrder {
  readonly spec: SiteSpec;
  readonly operationId: string;
  readonly precondition: string;
}

/**
 * Brings the site towards its specification, as far as the writer's time allows. WORLD_CHANGED when another hand changed
 * an object the plan rests on; a change that is what the specification wants may be this operation's own and is none.
 */
export async function ensureSite(client: MaasClient, order: EnsureSiteOrder, writer: Writer): Promise<ResultInit> {
  const { spec, operationId } = order;
  const token = readPrecondition(order.precondition);
  const first = await readSite(client, spec);
  const plan = planSite(first, spec);
  if (token !== undefined) requireSameWorld(token, first, plan, spec);
  const settled = await settle(
    first,
    { observe: () => readSite(client, spec), plan: (state) => planSite(state, spec) },
    writer,
  );
  const { actions, notes } = settled.plan;
  const changed = writer.count > 0 || token?.progress(operationId).changed === true;
  const next = writePrecondition(planObjects(settled.state, spec), undefined, {
    operationId,
    changed,
    started: false,
    waits: 0,
  });
  if (actions.length > 0) {
    const total = actions.length + writer.count;
    const message = `${actions.length} changes left: ${listed(actions.map(({ object }) => object))}`;
    return progressResult(next, 1, Math.floor((100 * writer.count) / total), message);
  }
  const coming = imagesToCome(settled.state, spec);
  if (coming.length > 0) {
    return progressResult(next, IMPORT_WAIT_MS, 90, `MAAS is importing ${listed(coming)}`);
  }
  return doneResult(next, changed, ["networks, names, tags, keys and scripts are as specified", ...notes].join("; "));
}

function requireSameWorld(token: Precondition, state: SiteState, plan: ActionPlan, spec: SiteSpec): void {
  const objects = planObjects(state, spec);
  const [gone] = token.vanished(objects, [...namedKeys(spec)]);
  if (gone !== undefined) throw worldChanged(gone, `${gone} is gone from MAAS since the plan was made`);
  const undone = new Map(plan.actions.filter(({ undoes }) => undoes).map((action) => [action.object, action]));
  for (const { key, summary } of token.changed(objects)) {
    const action = undone.get(key);
    if (action === undefined) continue;
    throw worldChanged(key, `${key} was changed in MAAS since the plan was made: it is now ${summary}`);
  }
}
