import type { EffectiveItem } from "../../design/effective-item.ts";
import { carriedPath, hostInterfaces } from "../host-interfaces.ts";
import { linkTraffic } from "../links.ts";
import { memberPath } from "../names.ts";
import { networkPlan } from "../network-plan.ts";
import type { Finding, ItemRule, RelatedField, RuleContext } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

/** Networks that ride on one link are told apart by their VLAN ids; an IPv4 and an IPv6 network share one by intent. */
export const duplicateVlan: ItemRule = {
  id: "duplicate-vlan",
  severity: "error",
  summary: "Networks of one protocol that ride on one link have VLAN ids of their own.",
  why: "Frames are told apart by their VLAN id. Two IPv4 networks of one id on one link are one segment, so that machines meet DHCP servers and neighbours that aren't theirs. An IPv4 and an IPv6 network may share an id, and so may networks of different links.",
  kinds: ["HostProfile", "NetworkLink", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check(item, context) {
    if (item.kind === "NetworkLink") {
      const riding = linkTraffic(item).named.map((network) => ({ network, at: placeOn(item, network) }));
      return faultsAmong(riding, item.name, context);
    }
    return hostInterfaces(item.tree).flatMap((one) => {
      const link = one.networks.length < 2 ? undefined : context.lookup("NetworkLink", one.link);
      // A link that lists what it carries is looked at as a whole.
      if (link === undefined || linkTraffic(link).allowed.length > 0) return [];
      const { kind, name } = item;
      const riding = one.networks.map((network) => {
        const field = carriedPath(one, network);
        return { network, at: { kind, name, field, message: "an interface that carries it" } };
      });
      return faultsAmong(riding, link.name, context);
    });
  },
};

interface Riding {
  readonly network: string;
  readonly at: RelatedField;
}

function placeOn({ kind, name, tree }: EffectiveItem, network: string): RelatedField {
  const isListed = linkTraffic({ tree }).allows.has(network);
  const field = isListed ? memberPath("allowed_networks", network) : "trunking.default_network";
  return { kind, name, field, message: `link ${name} carries it` };
}

function faultsAmong(riding: readonly Riding[], link: string, context: RuleContext): Finding[] {
  const owners = new Map<string, EffectiveItem>();
  return riding.flatMap(({ network: name, at }): Finding[] => {
    const network = context.lookup("Network", name);
    const vlan = numberAt(network?.tree, "vlan");
    if (network === undefined || vlan === undefined) return [];
    const key = `${vlan}/${networkPlan(network).block?.version ?? ""}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, network);
      return [];
    }
    const [first, second] = isBefore(owner, network, context) ? [owner, network] : [network, owner];
    return [
      {
        about: second,
        field: "vlan",
        message: `VLAN ${vlan} on link ${link} is that of network ${first.name}, too`,
        hint: "give each network an id of its own",
        related: [{ kind: first.kind, name: first.name, field: "vlan", message: `network ${first.name}` }, at],
      },
    ];
  });
}

/** Whether one was written before the other, so that the later is the one too many. */
function isBefore(one: EffectiveItem, other: EffectiveItem, { origin }: RuleContext): boolean {
  const [a, b] = [origin(one)?.document.location, origin(other)?.document.location];
  if (a === undefined || b === undefined) return true;
  return a.uri === b.uri ? a.line <= b.line : a.uri < b.uri;
}
