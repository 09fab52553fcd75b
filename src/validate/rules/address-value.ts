import type { EffectiveItem } from "../../design/effective-item.ts";
import { suggest } from "../../text/suggest.ts";
import { type Address, formatAddress, unfitAs } from "../address.ts";
import { networkPlan } from "../network-plan.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { supplyHint } from "../supply-hint.ts";
import { textAt } from "../tree-access.ts";

const words: readonly string[] = ["dhcp", "slaac", "auto"];

/** An address of a node is one a machine can have. */
export const addressValue: ItemRule = {
  id: "address-value",
  severity: "error",
  summary: 'A node\'s address is an IPv4 or IPv6 address a machine can have, or the word "dhcp", "slaac" or "auto".',
  why: "A misspelt word or address would be refused by the provisioner in the middle of a deployment, or quietly taken for something else: an address with a leading zero is octal to some readers. Multicast, loopback, link-local and unspecified addresses are nobody's own. `slaac` is IPv6's, and makes an address out of a block of 64 bits only.",
  kinds: ["Node"],
  check(item, context) {
    return nodeAddresses(item.tree).flatMap(({ network, text, address }): Finding[] => {
      if (text === undefined) {
        const path = addressingPath(network);
        if (!context.isWhole(item, `${path}.address`)) return [];
        const hint = `write an address, "dhcp", "slaac" or "auto"; ${supplyHint(context, "Node", "addressing")}`;
        return [{ field: path, message: `no address is given on network ${network}`, hint }];
      }
      const found = faultOf(text, address, context.lookup("Network", network));
      return found === undefined ? [] : [{ field: `${addressingPath(network)}.address`, ...found }];
    });
  },
};

function faultOf(text: string, address: Address | undefined, network: EffectiveItem | undefined): Finding | undefined {
  if (text === "dhcp" || text === "auto") return undefined;
  if (text === "slaac") return network && faultOfSlaac(network);
  if (address === undefined) return { message: `${shown(text)} is no address`, hint: hintFor(text) };
  const use = unfitAs(address);
  if (use === undefined) return undefined;
  if (use === "IPv4-mapped") {
    const plain = formatAddress({ version: 4, value: address.value & 0xffffffffn } satisfies Address);
    return { message: `${text} is an IPv4 address in IPv6 clothes`, hint: `write ${plain}` };
  }
  return { message: `${text} is of a block that is ${use}`, hint: "give the machine an address of its own" };
}

function hintFor(text: string): string {
  const near = suggest(text, words);
  if (near !== undefined) return `did you mean ${near}?`;
  if (text.includes("/")) return "write the address without a prefix length: that is its network's";
  if (text.includes("%")) return "write the address without a zone: that is its interface's";
  return 'write an IPv4 or IPv6 address, "dhcp", "slaac" or "auto"';
}

function faultOfSlaac(network: EffectiveItem): Finding | undefined {
  const { block } = networkPlan(network);
  if (block === undefined || (block.version === 6 && block.prefix === 64)) return undefined;
  const related = [{ kind: "Network", name: network.name, field: "cidr", message: "the network's block" }];
  const cidr = textAt(network.tree, "cidr");
  return block.version === 4
    ? {
        message: `network ${network.name} is ${cidr}, and only IPv6 has slaac`,
        hint: 'give an address, or "dhcp"',
        related,
      }
    : {
        message: `slaac needs a block of 64 bits; network ${network.name} is ${cidr}`,
        hint: "give an address",
        related,
      };
}
