import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { ActionPlan } from "../action.ts";
import { planFabrics, planVlans } from "./plan-fabrics.ts";
import { planNames } from "./plan-names.ts";
import { planDhcp, planRanges } from "./plan-ranges.ts";
import { planRoutes } from "./plan-routes.ts";
import { planSubnets } from "./plan-subnets.ts";
import type { SiteState } from "./read-site.ts";

/**
 * Everything that would change to bring a site to its specification, in order. What the specification does not name is
 * never touched. Fails when an image is missing that MAAS is not importing.
 */
export function planSite(state: SiteState, spec: SiteSpec): ActionPlan {
  const names = planNames(state, spec);
  const dhcp = planDhcp(state, spec);
  const routes = planRoutes(state, spec);
  return {
    actions: [
      ...planFabrics(state, spec),
      ...planVlans(state, spec),
      ...planSubnets(state, spec),
      ...planRanges(state, spec),
      ...dhcp.actions,
      ...routes.actions,
      ...names.actions,
    ],
    notes: [...dhcp.notes, ...routes.notes, ...names.notes],
  };
}
