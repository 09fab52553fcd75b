import type { EffectiveItem } from "../../design/effective-item.ts";
import type { TreeMap } from "../../design/tree.ts";
import { type Address, blockHolds, parseBlock, unfitAs, unusableAs } from "../address.ts";
import { type NetworkPlan, networkPlan } from "../network-plan.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

/** A route says where to and by which gateway, and the gateway is on the network. */
export const networkRoute: ItemRule = {
  id: "network-route",
  severity: "error",
  summary: "A route has a destination of its own and a gateway inside the network.",
  why: "Packets go to the gateway, so it must be an address of the network itself (or a link-local one, on IPv6) that a router can have. A route without a destination, or with one that is no block, can't be made; two to one place with one metric leave the choice to chance.",
  kinds: ["Network"],
  check(item, context) {
    const plan = networkPlan(item);
    const owners = new Map<string, number>();
    return writtenRoutes(item, context).flatMap((route, index): Finding[] => [
      ...faultOfDestination(item, route, index, plan, owners, context),
      ...faultOfGateway(item, route, index, plan, context),
    ]);
  },
};

/** The routes somebody wrote; those that a route to a domain stands for follow them, and are as good as it. */
function writtenRoutes(item: EffectiveItem, context: RuleContext): readonly TreeMap[] {
  const routes = membersAt(item.tree, "routes");
  if (!routes.some((route) => textAt(route, "route_domain") !== undefined)) return routes;
  const written = context.origin(item, "routes")?.document.spec.routes;
  return Array.isArray(written) ? routes.slice(0, written.length) : routes;
}

function faultOfDestination(
  item: EffectiveItem,
  route: TreeMap,
  index: number,
  { block }: NetworkPlan,
  owners: Map<string, number>,
  context: RuleContext,
): Finding[] {
  const path = `routes[${index}]`;
  const subnet = textAt(route, "subnet");
  if (subnet === undefined) {
    const isDomain = textAt(route, "route_domain") !== undefined;
    if (isDomain || !["subnet", "route_domain"].every((each) => context.isWhole(item, `${path}.${each}`))) return [];
    return [{ field: path, message: "the route has no destination", hint: "add subnet:, such as 0.0.0.0/0" }];
  }
  const field = `${path}.subnet`;
  const to = parseBlock(subnet);
  if (to === undefined)
    return [{ field, message: `${shown(subnet)} is no address block`, hint: "write a block such as 10.1.0.0/24" }];
  if (to.hasHostBits)
    return [{ field, message: `${subnet} has bits beyond its prefix`, hint: "write the first address of the block" }];
  if (block !== undefined && block.version !== to.version)
    return [
      { field, message: `${subnet} is of another protocol than its network`, hint: "put it on a network of its own" },
    ];
  if (block !== undefined && to.prefix >= block.prefix && blockHolds(block, { version: to.version, value: to.first }))
    return [
      {
        field,
        severity: "warning",
        message: `${subnet} is the network itself, or a part of it`,
        hint: "remove the route: machines of the network reach each other without one",
        related: [{ kind: item.kind, name: item.name, field: "cidr", message: "the network's block" }],
      },
    ];
  const key = `${to.first}/${to.prefix}/${numberAt(route, "metric") ?? ""}`;
  const owner = owners.get(key);
  if (owner === undefined) {
    owners.set(key, index);
    return [];
  }
  return [
    {
      field,
      message: `${subnet} has a route of the same metric already`,
      hint: "remove one of the two, or give them different metrics",
      related: [{ kind: item.kind, name: item.name, field: `routes[${owner}].subnet`, message: "the other route" }],
    },
  ];
}

function faultOfGateway(
  item: EffectiveItem,
  route: TreeMap,
  index: number,
  { block, gateways }: NetworkPlan,
  context: RuleContext,
): Finding[] {
  const path = `routes[${index}]`;
  const text = textAt(route, "gateway");
  if (text === undefined) return faultOfNoGateway(item, route, path, context);
  const field = `${path}.gateway`;
  const gateway = gateways[index];
  if (gateway === undefined)
    return [{ field, message: `${shown(text)} is no address`, hint: "write an IPv4 or IPv6 address" }];
  const unfit = faultOfGatewayAddress(text, gateway);
  if (unfit !== undefined) return [{ field, ...unfit }];
  if (block === undefined || isLinkLocal(gateway, block.version)) return [];
  const related = [{ kind: item.kind, name: item.name, field: "cidr", message: "the network's block" }];
  if (!blockHolds(block, gateway)) {
    const message = `gateway ${text} is outside ${textAt(item.tree, "cidr")}`;
    return [{ field, message, hint: "a gateway is an address of its own network", related }];
  }
  const use = unusableAs(block, gateway);
  // Routers answer to the subnet-router address.
  if (use === undefined || use === "subnet-router") return [];
  return [
    { field, message: `gateway ${text} is the ${use} address of its network`, hint: "give another address", related },
  ];
}

/** IPv6 routers are known by their link-local addresses. */
function isLinkLocal(gateway: Address, version: 4 | 6): boolean {
  return version === 6 && gateway.version === 6 && unfitAs(gateway) === "link-local";
}

function faultOfGatewayAddress(text: string, gateway: Address): Pick<Finding, "message" | "hint"> | undefined {
  const use = unfitAs(gateway);
  if (use === undefined || isLinkLocal(gateway, 6)) return undefined;
  return { message: `gateway ${text} is of a block that is ${use}`, hint: "give the address of a router" };
}

/** Some forms allow it: the route then leads out of the interface. A provisioner can't make one. */
function faultOfNoGateway(item: EffectiveItem, route: TreeMap, path: string, context: RuleContext): Finding[] {
  // A route to a domain has a rule of its own.
  if (textAt(route, "route_domain") !== undefined && textAt(route, "subnet") === undefined) return [];
  if (!context.isWhole(item, `${path}.gateway`)) return [];
  const isDefault = parseBlock(textAt(route, "subnet"))?.prefix === 0;
  return [
    {
      field: path,
      ...(!isDefault && { severity: "warning" as const }),
      message: isDefault
        ? "the default route has no gateway"
        : "the route has no gateway, so it leads nowhere but out of the interface",
      hint: "add gateway: with an address of the network",
    },
  ];
}
