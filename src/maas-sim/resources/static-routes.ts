import { noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { findSubnet } from "../lookup.ts";
import { contains, formatAddress, parseAddress, parseBlock } from "../network/address.ts";
import type { StaticRoute } from "../state.ts";
import { routeView } from "../views/network-view.ts";

const FIELDS = ["source", "destination", "gateway_ip", "metric"];

function find(call: Call): StaticRoute {
  const route = call.sim.state.routes.get(Number(call.arg("id")));
  if (route === undefined) throw noSuch("StaticRoute");
  return route;
}

function announce(call: Call, route: StaticRoute): void {
  const { state } = call.sim;
  call.writes("static-route", String(route.id), () => (state.routes.has(route.id) ? routeView(state, route) : null));
}

function subnetField({ form, sim }: Call, field: string, current: number | undefined) {
  const wanted = form.has(field) || current === undefined ? form.required(field) : String(current);
  const subnet = wanted === undefined ? undefined : findSubnet(sim.state, wanted);
  if (wanted !== undefined && subnet === undefined) {
    form.fail(field, "Select a valid choice. That choice is not one of the available choices.");
  }
  return subnet;
}

/** Checks the fields of a new or existing route. Throws a 400. */
function checked(call: Call, self: StaticRoute | undefined): Omit<StaticRoute, "id"> {
  const { form, sim } = call;
  const source = subnetField(call, "source", self?.sourceId);
  const destination = subnetField(call, "destination", self?.destinationId);
  const wanted = form.has("gateway_ip") || self === undefined ? form.required("gateway_ip") : self.gatewayIp;
  const gateway = parseAddress(wanted ?? "");
  if (wanted !== undefined && gateway === undefined) form.fail("gateway_ip", "Enter a valid IPv4 or IPv6 address.");
  const from = source === undefined ? undefined : parseBlock(source.cidr);
  const to = destination === undefined ? undefined : parseBlock(destination.cidr);
  if (source !== undefined && source === destination) {
    form.fail("__all__", "source and destination cannot be the same subnet.");
  } else if (from && to && from.family !== to.family) {
    form.fail("__all__", "source and destination must be the same IP version.");
  }
  if (gateway && from && !contains(from, gateway)) {
    form.fail("__all__", "gateway_ip must be with in the source subnet.");
  }
  const metric = form.integer("metric", { min: 0, max: 2 ** 31 - 1 }) ?? self?.metric ?? 0;
  const same = [...sim.state.routes.values()].some(
    (other) =>
      other !== self &&
      other.sourceId === source?.id &&
      other.destinationId === destination?.id &&
      gateway !== undefined &&
      other.gatewayIp === formatAddress(gateway),
  );
  if (same) form.fail("__all__", "Static route with this Source, Destination and Gateway ip already exists.");
  form.check();
  return {
    sourceId: source?.id ?? -1,
    destinationId: destination?.id ?? -1,
    gatewayIp: gateway === undefined ? "" : formatAddress(gateway),
    metric,
  };
}

/** `static-routes/` and `static-routes/{id}/`. */
export const routeResources: readonly Resource[] = [
  {
    handler: "StaticRoutesHandler",
    path: "static-routes/",
    actions: [
      read([], ({ sim: { state } }) => json([...state.routes.values()].map((route) => routeView(state, route)))),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fields = checked(call, undefined);
        const route: StaticRoute = { id: state.nextId("route"), ...fields };
        announce(call, route);
        state.routes.set(route.id, route);
        return json(routeView(state, route));
      }),
    ],
  },
  {
    handler: "StaticRouteHandler",
    path: "static-routes/{id}/",
    actions: [
      read([], (call) => json(routeView(call.sim.state, find(call)))),
      update(FIELDS, (call) => {
        const route = find(call);
        const fields = checked(call, route);
        announce(call, route);
        Object.assign(route, fields);
        return json(routeView(call.sim.state, route));
      }),
      remove([], (call) => {
        const route = find(call);
        announce(call, route);
        call.sim.state.routes.delete(route.id);
        return noContent();
      }),
    ],
  },
];
