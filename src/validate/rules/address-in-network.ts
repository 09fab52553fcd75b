import type { EffectiveItem } from "../../design/effective-item.ts";
import { type Address, blockHolds, parseAddress, unusableAs } from "../address.ts";
import { memberPath } from "../names.ts";
import { type NetworkRange, networkPlan, rangeHolds } from "../network-plan.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A node's addresses lie inside their networks, where the network wants explicit assignments. */
export const addressInNetwork: ItemRule = {
  id: "address-in-network",
  severity: "error",
  summary:
    "A node's address lies inside its network, is free for a machine, and falls into a static range when the network has one.",
  kinds: ["Node"],
  check(item, context) {
    return membersAt(item.tree, "addressing").flatMap((entry): Finding[] => {
      const network = textAt(entry, "network");
      const text = textAt(entry, "address");
      if (network === undefined) return [];
      if (text === undefined) {
        const field = memberPath("addressing", network);
        if (!context.isWhole(item, `${field}.address`)) return [];
        const hint = 'add address: with an address or the word "dhcp"';
        return [{ field, message: `no address is given on network ${network}`, hint }];
      }
      const found = faultOf(text, context.lookup("Network", network), (one) => context.isWhole(one, "ranges"));
      return found === undefined ? [] : [{ field: `${memberPath("addressing", network)}.address`, ...found }];
    });
  },
};

function faultOf(
  text: string,
  network: EffectiveItem | undefined,
  hasAllRanges: (network: EffectiveItem) => boolean,
): Finding | undefined {
  if (text === "slaac") return undefined;
  if (text === "dhcp") return network && faultOfDhcp(network, hasAllRanges);
  const address = parseAddress(text);
  if (address === undefined)
    return { message: `${shown(text)} is no address`, hint: 'write an IPv4 or IPv6 address, "dhcp" or "slaac"' };
  return network && (faultOfPlace(text, address, network) ?? faultOfRange(text, address, network));
}

/** A network that says itself that it is served by DHCP has a rule of its own. */
function faultOfDhcp(network: EffectiveItem, hasAllRanges: (network: EffectiveItem) => boolean): Finding | undefined {
  const { block, ranges } = networkPlan(network);
  if (block === undefined || ranges.some(({ type }) => type === "dhcp")) return undefined;
  if (textAt(network.tree, "allocation") === "dhcp" || !hasAllRanges(network)) return undefined;
  return {
    message: `network ${network.name} has no range of type dhcp`,
    hint: "add one, or give an address",
    related: [{ kind: "Network", name: network.name, message: "the network" }],
  };
}

function faultOfPlace(text: string, address: Address, network: EffectiveItem): Finding | undefined {
  const { block, gateways } = networkPlan(network);
  const here = { kind: "Network", name: network.name };
  if (block === undefined) return undefined;
  if (!blockHolds(block, address)) {
    return {
      message: `${text} is outside ${textAt(network.tree, "cidr")} of network ${network.name}`,
      hint: "give an address of the network",
      related: [{ ...here, field: "cidr", message: "the network's block" }],
    };
  }
  const use = unusableAs(block, address);
  if (use !== undefined)
    return { message: `${text} is the ${use} address of network ${network.name}`, hint: "give another address" };
  const route = gateways.findIndex((one) => one?.version === address.version && one.value === address.value);
  if (route < 0) return undefined;
  return {
    message: `${text} is a gateway of network ${network.name}`,
    hint: "give another address",
    related: [{ ...here, field: `routes[${route}].gateway`, message: "the gateway" }],
  };
}

function isSound({ type, first, last }: NetworkRange): boolean {
  return type !== undefined && first !== undefined && last !== undefined && first.value <= last.value;
}

function faultOfRange(text: string, address: Address, network: EffectiveItem): Finding | undefined {
  const { ranges } = networkPlan(network);
  const here = { kind: "Network", name: network.name };
  const within = ranges.find((range) => rangeHolds(range, address));
  if (within !== undefined) {
    if (within.type !== "dhcp" && within.type !== "reserved") return undefined;
    return {
      message: `${text} falls into a ${within.type} range of network ${network.name}`,
      hint: within.type === "dhcp" ? "a DHCP server may hand it to another machine" : "the range is not for servers",
      related: [{ ...here, field: `ranges[${within.index}]`, message: `the ${within.type} range` }],
    };
  }
  const wanted = ranges.find(({ type }) => type === "static");
  // A range that is wrong itself may have been meant to hold the address.
  if (wanted === undefined || !ranges.every(isSound)) return undefined;
  return {
    severity: "warning",
    message: `${text} falls into no static range of network ${network.name}`,
    hint: "explicit assignments belong into a static range",
    related: [{ ...here, field: `ranges[${wanted.index}]`, message: "a static range" }],
  };
}
