import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action, ActionPlan } from "../action.ts";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import type { SiteState } from "./read-site.ts";

const DEFAULT_ROUTES = new Set(["0.0.0.0/0", "::/0"]);

/**
 * Static routes between subnets. MAAS knows routes to its own subnets only, so one to another block is left out with a
 * note. The default route is the subnet's gateway, not a static route.
 */
export function planRoutes(state: SiteState, spec: SiteSpec): ActionPlan {
  const actions: Action[] = [];
  const notes: string[] = [];
  const links = new Set(spec.links.map(({ name }) => name));
  const linked = spec.networks.filter((network) => links.has(network.link) && network.cidr !== "");
  const ours = new Set(linked.map(({ cidr }) => canonicalBlock(cidr)));
  for (const network of linked) {
    for (const route of network.routes) {
      const source = canonicalBlock(network.cidr);
      const destination = canonicalBlock(route.subnet);
      const gateway = canonicalAddress(route.gateway);
      if (DEFAULT_ROUTES.has(destination)) continue;
      const object = `static route ${source} to ${destination} via ${gateway}`;
      const from = state.subnets.find(({ cidr }) => cidr === source);
      const to = state.subnets.find(({ cidr }) => cidr === destination);
      if (to === undefined && !ours.has(destination)) {
        notes.push(`${object} is left out: MAAS has no subnet ${destination}`);
        continue;
      }
      const found = state.routes.find(
        (known) => known.source === source && known.destination === destination && known.gateway === gateway,
      );
      const metric = ["metric", String(route.metric)] as const;
      if (found === undefined) {
        actions.push({
          object,
          action: "create",
          before: "",
          after: `metric ${route.metric}`,
          ...(from &&
            to && {
              request: {
                method: "POST",
                path: "static-routes/",
                form: [["source", String(from.id)], ["destination", String(to.id)], ["gateway_ip", gateway], metric],
              },
            }),
        });
      } else if (found.metric !== route.metric) {
        actions.push({
          object,
          action: "update",
          before: `metric ${found.metric}`,
          after: `metric ${route.metric}`,
          undoes: true,
          request: { method: "PUT", path: `static-routes/${found.id}/`, form: [metric] },
        });
      }
    }
  }
  return { actions, notes };
}
