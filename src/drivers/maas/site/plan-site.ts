import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { ActionPlan } from "../action.ts";
import { planDhcp } from "./plan-dhcp.ts";
import { planFabrics, planSpaces, planVlans } from "./plan-fabrics.ts";
import { planNames } from "./plan-names.ts";
import { planPrune } from "./plan-prune.ts";
import { planRanges } from "./plan-ranges.ts";
import { planRoutes } from "./plan-routes.ts";
import { planSubnets } from "./plan-subnets.ts";
import type { SiteState } from "./read-site.ts";

/**
 * Everything that would change to bring a site to its specification, in order. What the specification does not name is
 * never touched, unless it owns the site. Fails when an image is missing that MAAS is not importing.
 */
export function planSite(state: SiteState, spec: SiteSpec): ActionPlan {
  const names = planNames(state, spec);
  const dhcp = planDhcp(state, spec);
  const routes = planRoutes(state, spec);
  const prune = planPrune(state, spec);
  return {
    actions: [
      ...planFabrics(state, spec),
      ...planSpaces(state, spec),
      ...prune.first,
      ...planVlans(state, spec),
      ...planSubnets(state, spec),
      ...planRanges(state, spec),
      ...dhcp.actions,
      ...routes.actions,
      ...prune.last,
      ...names.actions,
      ...prune.refused,
    ],
    notes: [...dhcp.notes, ...routes.notes, ...names.notes],
  };
}
