import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, type ActionPlan, diffFields } from "../action.ts";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import type { FormField } from "../client/request.ts";
import { linkedNetworks } from "./place-links.ts";
import type { NetworkState, SiteState, StaticRoute } from "./read-site.ts";

const DEFAULT_ROUTES = new Set(["0.0.0.0/0", "::/0"]);

/** A static route as a design wants it. */
interface WantedRoute {
  readonly source: string;
  readonly destination: string;
  readonly gateway: string;
  readonly metric: number;
}

/** The static routes of a site's networks. The default route is the subnet's gateway, not a static route. */
function wantedRoutes(spec: SiteSpec): WantedRoute[] {
  return linkedNetworks(spec).flatMap((network) =>
    network.routes
      .map(({ subnet, gateway, metric }) => ({
        source: canonicalBlock(network.cidr),
        destination: canonicalBlock(subnet),
        gateway: canonicalAddress(gateway),
        metric,
      }))
      .filter(({ destination }) => !DEFAULT_ROUTES.has(destination)),
  );
}

/** A static route for people; what identifies it. */
export function routeLabel({ source, destination, gateway }: Omit<WantedRoute, "metric">): string {
  return `static route ${source} to ${destination} via ${gateway}`;
}

/** Whether a route is the one that is wanted, whatever its metric. */
function isSameRoute(want: WantedRoute, route: StaticRoute): boolean {
  return want.source === route.source && want.destination === route.destination && want.gateway === route.gateway;
}

/** Which present route each wanted one is or becomes: the same, else another of the same ends that no wanted one is. */
function matchRoutes(state: NetworkState, wanted: readonly WantedRoute[]) {
  const spare = state.routes.filter((route) => !wanted.some((want) => isSameRoute(want, route)));
  const matched = new Map<WantedRoute, StaticRoute>();
  for (const want of wanted) {
    const same = state.routes.find((route) => isSameRoute(want, route));
    const at = spare.findIndex((each) => each.source === want.source && each.destination === want.destination);
    const [route] = same !== undefined ? [same] : at < 0 ? [] : spare.splice(at, 1);
    if (route !== undefined) matched.set(want, route);
  }
  return { matched, spare };
}

/** The routes of a MAAS that are not as the design says and become no other. */
export function spareRoutes(state: NetworkState, spec: SiteSpec): StaticRoute[] {
  return matchRoutes(state, wantedRoutes(spec)).spare;
}

/**
 * Static routes between subnets. MAAS knows routes to its own subnets only, so one to another block is left out with a
 * note. One that goes by another gateway than wanted gets the wanted one.
 */
export function planRoutes(state: SiteState, spec: SiteSpec): ActionPlan {
  const actions: Action[] = [];
  const notes: string[] = [];
  const wanted = wantedRoutes(spec);
  const ours = new Set(linkedNetworks(spec).map(({ cidr }) => canonicalBlock(cidr)));
  const { matched } = matchRoutes(state, wanted);
  for (const want of wanted) {
    const object = routeLabel(want);
    const from = state.subnets.find(({ cidr }) => cidr === want.source);
    const to = state.subnets.find(({ cidr }) => cidr === want.destination);
    if (to === undefined && !ours.has(want.destination)) {
      notes.push(`${object} is left out: MAAS has no subnet ${want.destination}`);
      continue;
    }
    const found = matched.get(want);
    if (found !== undefined) {
      const present = { gateway_ip: found.gateway, metric: String(found.metric) };
      const diff = diffFields(present, { gateway_ip: want.gateway, metric: String(want.metric) });
      if (diff === undefined) continue;
      const { form, before, after } = diff;
      const request = { method: "PUT", path: `static-routes/${found.id}/`, form } as const;
      actions.push({ object: routeLabel(found), action: "update", before, after, undoes: true, request });
      continue;
    }
    const form: FormField[] = [
      ["source", String(from?.id)],
      ["destination", String(to?.id)],
      ["gateway_ip", want.gateway],
      ["metric", String(want.metric)],
    ];
    actions.push({
      object,
      action: "create",
      before: "",
      after: `metric ${want.metric}`,
      ...(from && to && { request: { method: "POST", path: "static-routes/", form } }),
    });
  }
  return { actions, notes };
}
