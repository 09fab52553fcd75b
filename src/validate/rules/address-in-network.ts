import type { EffectiveItem } from "../../design/effective-item.ts";
import { type Address, type Block, blockHolds, parseAddress, parseBlock } from "../address.ts";
import { memberKey } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A node's addresses lie inside their networks, where the network wants explicit assignments. */
export const addressInNetwork: ItemRule = {
  id: "address-in-network",
  severity: "error",
  summary:
    "A node's address lies inside its network, is free for a machine, and falls into a static range when the network has one.",
  kinds: ["Node"],
  check({ kind, name, tree }, context) {
    return membersAt(tree, "addressing").flatMap((entry): Finding[] => {
      const network = textAt(entry, "network");
      const text = textAt(entry, "address");
      if (network === undefined) return [];
      const field = `addressing[${memberKey(network)}].address`;
      if (text === undefined)
        return [
          {
            kind,
            name,
            field,
            message: `no address is given on ${network}`,
            hint: 'add address: with an address or the word "dhcp"',
          },
        ];
      const target = context.lookup("Network", network);
      if (text === "dhcp")
        return target === undefined ? [] : checkDhcp({ kind, name }, field, target, context.isWhole(target));
      if (text === "slaac") return [];
      const address = parseAddress(text);
      if (address === undefined)
        return [
          {
            kind,
            name,
            field,
            message: `${text} is no address`,
            hint: 'write an IPv4 or IPv6 address, "dhcp" or "slaac"',
          },
        ];
      const block = target === undefined ? undefined : parseBlock(textAt(target.tree, "cidr") ?? "");
      if (target === undefined || block === undefined) return [];
      return checkPlace({ kind, name }, field, text, address, block, target);
    });
  },
};

type Subject = Pick<EffectiveItem, "kind" | "name">;

function checkDhcp(subject: Subject, field: string, network: EffectiveItem, whole: boolean): Finding[] {
  const served = membersAt(network.tree, "ranges").some((range) => textAt(range, "type") === "dhcp");
  if (served || !whole || textAt(network.tree, "cidr") === undefined) return [];
  return [
    {
      ...subject,
      field,
      message: `network ${network.name} has no range of type dhcp`,
      hint: "add one, or give an address",
      related: [{ kind: "Network", name: network.name, message: "the network" }],
    },
  ];
}

function checkPlace(
  subject: Subject,
  field: string,
  text: string,
  address: Address,
  block: Block,
  network: EffectiveItem,
): Finding[] {
  const at = { ...subject, field };
  const here = { kind: "Network", name: network.name };
  if (!blockHolds(block, address)) {
    return [
      {
        ...at,
        message: `${text} is outside ${textAt(network.tree, "cidr")} of network ${network.name}`,
        hint: "give an address of the network",
        related: [{ ...here, field: "cidr", message: "the network's block" }],
      },
    ];
  }
  if (block.version === 4 && block.prefix < 31 && (address.value === block.first || address.value === block.last)) {
    return [
      {
        ...at,
        message: `${text} is the ${address.value === block.first ? "network" : "broadcast"} address of ${network.name}`,
        hint: "give another address",
      },
    ];
  }
  const route = membersAt(network.tree, "routes").findIndex((one) => textAt(one, "gateway") === text);
  if (route >= 0) {
    return [
      {
        ...at,
        message: `${text} is a gateway of ${network.name}`,
        hint: "give another address",
        related: [{ ...here, field: `routes[${route}].gateway`, message: "the gateway" }],
      },
    ];
  }
  return checkRanges(at, text, address, network);
}

function checkRanges(
  at: Subject & { field: string },
  text: string,
  address: Address,
  network: EffectiveItem,
): Finding[] {
  const ranges = membersAt(network.tree, "ranges").map((range, index) => ({
    index,
    type: textAt(range, "type") ?? "",
    first: parseAddress(textAt(range, "start") ?? ""),
    last: parseAddress(textAt(range, "end") ?? ""),
  }));
  const within = ranges.find(
    ({ first, last }) =>
      first !== undefined && last !== undefined && address.value >= first.value && address.value <= last.value,
  );
  const here = { kind: "Network", name: network.name };
  if (within !== undefined && within.type !== "static" && within.type !== "") {
    return [
      {
        ...at,
        message: `${text} falls into a ${within.type} range of ${network.name}`,
        hint: within.type === "dhcp" ? "a DHCP server may hand it to another machine" : "the range is not for servers",
        related: [{ ...here, field: `ranges[${within.index}]`, message: `the ${within.type} range` }],
      },
    ];
  }
  const wanted = ranges.find(({ type, first, last }) => type === "static" && first !== undefined && last !== undefined);
  if (within !== undefined || wanted === undefined) return [];
  return [
    {
      ...at,
      severity: "warning",
      message: `${text} falls into no static range of ${network.name}`,
      hint: "explicit assignments belong into a static range",
      related: [{ ...here, field: `ranges[${wanted.index}]`, message: "a static range" }],
    },
  ];
}
