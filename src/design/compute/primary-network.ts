import { isTreeMap, type TreeMap } from "../tree.ts";
import { type Computation, nothingComputed } from "./computation.ts";

const DEFAULT_ROUTES = new Set(["0.0.0.0/0", "::/0"]);

/** The primary network of a node that names none: the first of its addressing that has a default route. */
export const primaryNetwork: Computation = {
  rule: "computed-primary-network",
  kind: "Node",
  field: "primary_network",
  compute(node, tree, world) {
    if (tree.primary_network !== undefined) return nothingComputed;
    const addressing = Array.isArray(tree.addressing) ? tree.addressing : [];
    for (const entry of addressing) {
      const name = isTreeMap(entry) ? entry.network : undefined;
      if (typeof name !== "string") continue;
      const network = world.item("Network", name);
      const route = network === undefined ? -1 : defaultRouteOf(network);
      if (route < 0) continue;
      const readings = [
        {
          ...{ kind: "Node", name: node, path: `addressing[${JSON.stringify(name)}].network` },
          message: `the first network of the node's addressing that has a default route is ${name}`,
        },
        { kind: "Network", name, path: `routes[${route}].subnet`, message: `the default route of Network/${name}` },
      ];
      return [{ trail: ["primary_network"], value: name, readings }];
    }
    return nothingComputed;
  },
};

function defaultRouteOf(network: TreeMap): number {
  const routes = network.routes;
  if (!Array.isArray(routes)) return -1;
  return routes.findIndex(
    (route) =>
      isTreeMap(route) &&
      typeof route.subnet === "string" &&
      DEFAULT_ROUTES.has(route.subnet) &&
      route.gateway !== undefined,
  );
}
