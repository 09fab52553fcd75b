import { isTreeMap, type TreeMap } from "../tree.ts";
import type { Computation } from "./computation.ts";

const DEFAULT_ROUTES = new Set(["0.0.0.0/0", "::/0"]);

/** The primary network of a node that names none: the first of its addressing that has a default route. */
export const primaryNetwork: Computation = {
  rule: "computed-primary-network",
  kind: "Node",
  field: "primary_network",
  compute(_name, tree, world) {
    const inputs: string[] = [];
    const addressing = Array.isArray(tree.addressing) ? tree.addressing : [];
    for (const entry of addressing) {
      const network = isTreeMap(entry) ? entry.network : undefined;
      if (typeof network !== "string") continue;
      inputs.push(`Network/${network}`);
      const item = world.item("Network", network);
      if (item !== undefined && hasDefaultRoute(item)) return { value: network, inputs };
    }
    return { value: undefined, inputs };
  },
};

function hasDefaultRoute(network: TreeMap): boolean {
  const routes = network.routes;
  if (!Array.isArray(routes)) return false;
  return routes.some(
    (route) =>
      isTreeMap(route) &&
      typeof route.subnet === "string" &&
      DEFAULT_ROUTES.has(route.subnet) &&
      route.gateway !== undefined,
  );
}
