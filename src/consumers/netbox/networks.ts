import ipaddr from "ipaddr.js";
import type { Document } from "../../design/document.ts";
import type { Findings } from "./findings.ts";
import { choiceAt, customText, type Json, numberAt, objectAt, textAt, urlOf } from "./json.ts";
import { placing } from "./placed.ts";

/** Networks as prefixes of a NetBox say them. */
export interface Networks {
  readonly documents: readonly Document[];
  /** The network an address (with or without its mask) of a VRF lies in: that of the smallest prefix. */
  networkOf(address: string, vrf: number | undefined): FoundNetwork | undefined;
}

/** A prefix an address lies in, and the network it is; without a name it is none. */
export interface FoundNetwork {
  readonly prefix: string;
  readonly name: string | undefined;
}

/** Statuses of prefixes that are in use or will be; a container only holds others. */
const USED = new Set(["active", "reserved"]);

/**
 * Reads prefixes. A network has the name of the custom field `bedplate_network`, or of the prefix's VLAN; the IPv6 prefix of a VLAN that has an IPv4 prefix too is
 * `NAME-v6`. A prefix without either is no network.
 */
export function readNetworks(prefixes: readonly Json[], findings: Findings): Networks {
  const used = prefixes.filter((prefix) => USED.has(choiceAt(prefix, "status") ?? "") && blockOf(prefix) !== undefined);
  const vlansOfFour = new Set(used.flatMap((each) => (familyOf(each) === 4 ? (vlanId(each) ?? []) : [])));
  const documents: Document[] = [];
  const byBlock = new Map<string, FoundNetwork>();
  const lengths = new Set<number>();
  for (const prefix of used) {
    const [address, length] = blockOf(prefix) ?? [];
    if (address === undefined || length === undefined) continue;
    const name = nameOf(prefix, vlansOfFour, findings);
    const cidr = `${address.toString()}/${length}`;
    byBlock.set(blockKey(vrfOf(prefix), address, length), { prefix: cidr, name });
    lengths.add(length);
    if (name !== undefined) documents.push(documentOf(prefix, name, cidr));
  }
  const longestFirst = [...lengths].sort((a, b) => b - a);
  return {
    documents,
    networkOf(text, vrf) {
      const address = addressOf(text);
      if (address === undefined) return undefined;
      const bits = address.kind() === "ipv4" ? 32 : 128;
      for (const length of longestFirst) {
        const found = length > bits ? undefined : byBlock.get(blockKey(vrf, networkAddress(address, length), length));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function documentOf(prefix: Json, name: string, cidr: string): Document {
  const home = urlOf(prefix);
  const { value, document } = placing(home);
  const vlan = objectAt(prefix, "vlan");
  const vid = numberAt(vlan, "vid");
  const described = textAt(prefix, "description");
  const description = described ?? textAt(vlan, "description");
  const vlanUrl = vlan === undefined ? home : urlOf(vlan);
  return document("Network", name, {
    description: value(description, described === undefined ? vlanUrl : home),
    cidr: value(cidr),
    vlan: value(vid !== undefined && vid >= 1 && vid <= 4094 ? vid : undefined, vlanUrl),
  });
}

function nameOf(prefix: Json, vlansOfFour: ReadonlySet<number>, findings: Findings): string | undefined {
  const uri = urlOf(prefix);
  const own = customText(prefix, "bedplate_network");
  if (own !== undefined) return findings.nameOf(own, "the network of a prefix", "Network", uri);
  const vlan = objectAt(prefix, "vlan");
  const written = textAt(vlan, "name");
  if (vlan === undefined || written === undefined) return undefined;
  const name = findings.nameOf(written, "a VLAN", "Network", urlOf(vlan));
  const id = vlanId(prefix);
  return name !== undefined && familyOf(prefix) === 6 && id !== undefined && vlansOfFour.has(id) ? `${name}-v6` : name;
}

function vlanId(prefix: Json): number | undefined {
  return numberAt(objectAt(prefix, "vlan"), "id");
}

function vrfOf(object: Json): number | undefined {
  return numberAt(objectAt(object, "vrf"), "id");
}

function familyOf(prefix: Json): 4 | 6 {
  return blockOf(prefix)?.[0].kind() === "ipv6" ? 6 : 4;
}

function blockOf(prefix: Json): readonly [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const text = textAt(prefix, "prefix") ?? "";
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined;
}

/** An address without its mask; undefined for what is none. */
export function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.split("/")[0] ?? "";
  return ipaddr.isValid(bare) ? ipaddr.parse(bare) : undefined;
}

function networkAddress(address: ipaddr.IPv4 | ipaddr.IPv6, length: number): ipaddr.IPv4 | ipaddr.IPv6 {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    return byte & (0xff00 >> kept) & 0xff;
  });
  return ipaddr.fromByteArray(bytes);
}

function blockKey(vrf: number | undefined, address: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  return `${vrf ?? ""} ${address.toNormalizedString()}/${length}`;
}
