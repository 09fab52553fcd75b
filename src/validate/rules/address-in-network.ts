import type { EffectiveItem } from "../../design/effective-item.ts";
import { type Address, type Block, blockHolds, unfitAs, unusableAs } from "../address.ts";
import { type NetworkRange, networkPlan, rangeHolds } from "../network-plan.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A node's addresses lie inside their networks, where the network wants explicit assignments. */
export const addressInNetwork: ItemRule = {
  id: "address-in-network",
  severity: "error",
  summary:
    "A node's address lies inside its network, is free for a machine, and falls into a static range when the network has one.",
  why: "An address outside of its network's block is never reached. The network and broadcast address are nobody's, the gateway's and the DHCP relay's are theirs, one of a dhcp range may be handed to another machine, and a reserved range is kept for something else. Outside of every static range is a warning: the range may be too short, or the address a slip.",
  kinds: ["Node"],
  check(item, context) {
    return nodeAddresses(item.tree).flatMap(({ network: name, text = "", address }): Finding[] => {
      const network = context.lookup("Network", name);
      if (address === undefined || network === undefined || unfitAs(address) !== undefined) return [];
      const found = faultOfPlace(text, address, network) ?? faultOfRange(text, address, network);
      return found === undefined ? [] : [{ field: `${addressingPath(name)}.address`, ...found }];
    });
  },
};

function faultOfPlace(text: string, address: Address, network: EffectiveItem): Finding | undefined {
  const { block, gateways, relay } = networkPlan(network);
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
  if (use !== undefined) {
    return {
      message: `${text} is the ${use} address of network ${network.name}`,
      hint: "give another address",
      related: [{ ...here, field: "cidr", message: "the network's block" }],
    };
  }
  const route = gateways.findIndex((one) => isSame(one, address));
  if (route >= 0) {
    return {
      message: `${text} is a gateway of network ${network.name}`,
      hint: "give another address",
      related: [{ ...here, field: `routes[${route}].gateway`, message: "the gateway" }],
    };
  }
  if (!isSame(relay, address)) return undefined;
  return {
    message: `${text} is the DHCP relay of network ${network.name}`,
    hint: "give another address",
    related: [{ ...here, field: "dhcp_relay.self_ip", message: "the relay" }],
  };
}

function isSame(one: Address | undefined, other: Address): boolean {
  return one !== undefined && one.version === other.version && one.value === other.value;
}

function isSound({ type, first, last }: NetworkRange, block: Block | undefined): boolean {
  if (type === undefined || first === undefined || last === undefined || first.value > last.value) return false;
  return block === undefined || (blockHolds(block, first) && blockHolds(block, last));
}

function faultOfRange(text: string, address: Address, network: EffectiveItem): Finding | undefined {
  const { ranges, block } = networkPlan(network);
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
  if (wanted === undefined || !ranges.every((range) => isSound(range, block))) return undefined;
  return {
    severity: "warning",
    message: `${text} falls into no static range of network ${network.name}`,
    hint: "explicit assignments belong into a static range",
    related: [{ ...here, field: `ranges[${wanted.index}]`, message: "a static range" }],
  };
}
