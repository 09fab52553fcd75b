import type { EffectiveItem } from "../../design/effective-item.ts";
import { indexPath } from "../../design/field-path.ts";
import { type DefaultRoute, networkPlan } from "../network-plan.ts";
import { nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";

/** There is one way out. */
export const defaultRoute: ItemRule = {
  id: "default-route",
  severity: "error",
  summary:
    "A network has one default route. A node on several networks that have one names its primary network: a warning.",
  why: "A provisioner takes one gateway per network, and one default gateway per node. With two default routes of one metric the system takes either. Of several networks the node's `primary_network` decides; when it names none, the first of its addressing that has a default route is taken, which an edit can change by accident.",
  kinds: ["Network", "Node"],
  check(item, context) {
    return item.kind === "Network" ? faultsOfNetwork(item) : faultsOfNode(item, context);
  },
};

/** Two of one metric are the same route twice, which has a rule of its own. */
function faultsOfNetwork(item: EffectiveItem): Finding[] {
  const { defaults } = networkPlan(item);
  const findings: Finding[] = [];
  for (const [index, route] of defaults.entries()) {
    const first = defaults.slice(0, index).find(({ version }) => version === route.version);
    if (first === undefined || first.metric === route.metric) continue;
    const message = "the network has a default route already; a provisioner takes one gateway per network";
    const related = [{ kind: item.kind, name: item.name, field: fieldOf(first), message: "the other default route" }];
    findings.push({ field: fieldOf(route), message, hint: "keep one of the two", related });
  }
  return findings;
}

function faultsOfNode(item: EffectiveItem, context: RuleContext): Finding[] {
  const ways: { readonly network: EffectiveItem; readonly route: DefaultRoute }[] = [];
  for (const { network: name, address } of nodeAddresses(item.tree)) {
    const network = address === undefined ? undefined : context.lookup("Network", name);
    if (network === undefined) continue;
    const [route] = networkPlan(network).defaults;
    if (route !== undefined) ways.push({ network, route });
  }
  if (ways.length < 2 || isStated(item, context)) return [];
  const [first, ...others] = ways.toSorted((a, b) => (a.network.name < b.network.name ? -1 : 1));
  if (first === undefined) return [];
  return others
    .filter(({ route }) => route.version === first.route.version && route.metric === first.route.metric)
    .map(({ network, route }) => ({
      about: network,
      severity: "warning",
      field: fieldOf(route),
      message: `network ${network.name} has a default route of the same metric as ${first.network.name}, and nodes on both name no primary network`,
      hint: "set primary_network on the nodes or their host profile, or give the routes different metrics",
      related: [
        {
          kind: "Network",
          name: first.network.name,
          field: fieldOf(first.route),
          message: `network ${first.network.name}`,
        },
        { kind: item.kind, name: item.name, field: "addressing", message: `node ${item.name} is on both` },
      ],
    }));
}

/** Whether somebody wrote which network is the node's primary one: a computed value has no document that says it. */
function isStated(item: EffectiveItem, context: RuleContext): boolean {
  const field = "primary_network";
  return context.origin(item, field)?.document.spec[field] !== undefined || !context.isWhole(item, field);
}

function fieldOf({ index }: DefaultRoute): string {
  return `${indexPath("routes", index)}.subnet`;
}
