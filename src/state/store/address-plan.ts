import { Code } from "@connectrpc/connect";
import { and, asc, sql } from "drizzle-orm";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { fieldPath, keyPath } from "../../design/field-path.ts";
import type { TreeMap } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";
import { type Block, blockHolds, formatAddress, parseAddress, parseBlock } from "../../validate/address.ts";
import {
  type AddressUse,
  compareUses,
  freeAddresses,
  type NamedTree,
  networkUses,
  reachesInto,
  serviceUses,
  switchUses,
} from "../../validate/address-uses.ts";
import type { Interval } from "../../validate/intervals.ts";
import type { DesignRow } from "./designs.ts";
import { unknownItem } from "./item-names.ts";
import { itemsOfKind, type RevisionOfDesign, readTree } from "./item-trees.ts";

/** The addresses of a network that has a block: who has which, and which are free, both in order. */
export interface NetworkAddresses {
  readonly network: NamedTree;
  readonly block: Block;
  readonly uses: readonly AddressUse[];
  readonly free: readonly Interval[];
}

/**
 * Reads who has the addresses of a network: of everything in the design that names an address, not of the nodes of the network alone. Throws NOT_FOUND, and
 * FAILED_PRECONDITION for a network without a block.
 */
export async function readAddresses(
  db: Db,
  head: DesignRow,
  revision: bigint,
  networkName: string,
): Promise<NetworkAddresses> {
  const at = { head, revision };
  const { block, ...network } = await readNetwork(db, head, revision, networkName);
  const networks = await readTrees(db, at, "Network", ["dns", "dhcp_relay"]);
  const racks = await readTrees(db, at, "Rack", ["tor_switches"]);
  // Many name the same server: the network's own word goes first, then that of the first network, then that of a node.
  const services = [
    ...serviceUses(network),
    ...networks.flatMap((each) => serviceUses(each)),
    ...(await readNodeServers(db, at, block)),
  ];
  const uses = [
    ...networkUses(network, block),
    ...onceEach(services).filter((use) => reachesInto(use, block)),
    ...racks.flatMap(switchUses).filter((use) => reachesInto(use, block)),
    ...(await readNodeUses(db, at, network.name, block)),
  ].sort(compareUses);
  return { network, block, uses, free: freeAddresses(network.tree, block, uses) };
}

async function readNetwork(db: Db, head: DesignRow, revision: bigint, name: string) {
  const tree = await readTree(db, { head, revision }, { kind: "Network", name });
  if (tree === undefined) throw await unknownItem(db, head, revision, "Network", name);
  const block = typeof tree.cidr === "string" ? parseBlock(tree.cidr) : undefined;
  if (block !== undefined) return { name, tree, block };
  const message = `network "${name}" has no block of addresses in revision ${revision} of design "${head.name}"`;
  throw failure(Code.FailedPrecondition, ErrorReason.INVALID_FIELD, message, {
    ...{ subject: `Network/${name}`, fieldPath: "cidr" },
    hint: "give the network a cidr, such as 10.1.0.0/24",
  });
}

function onceEach(uses: readonly AddressUse[]): readonly AddressUse[] {
  const first = new Map<string, AddressUse>();
  for (const use of uses) {
    const key = formatAddress(use.first);
    if (!first.has(key)) first.set(key, use);
  }
  return [...first.values()];
}

/** Items of a kind with some of their fields, by name. */
async function readTrees(
  db: Db,
  at: RevisionOfDesign,
  kind: string,
  fields: readonly string[],
): Promise<readonly NamedTree[]> {
  const parts = fields.map((field) => sql`${field}::text, ${effectiveItem.tree} -> ${field}::text`);
  return db
    .select({ name: effectiveItem.name, tree: sql<TreeMap>`jsonb_build_object(${sql.join(parts, sql`, `)})` })
    .from(effectiveItem)
    .where(itemsOfKind(at, kind))
    .orderBy(asc(effectiveItem.name));
}

interface Entry extends Record<string, unknown> {
  readonly name: string;
  readonly network: string;
  readonly address: string;
}

/** Addresses of nodes in the block, and those given as of the network wherever they are. */
async function readNodeUses(
  db: Db,
  at: RevisionOfDesign,
  network: string,
  block: Block,
): Promise<readonly AddressUse[]> {
  const condition = and(itemsOfKind(at, "Node"), sql`jsonb_typeof(${effectiveItem.tree} -> 'addressing') = 'array'`);
  const rows = await execute<Entry>(
    db,
    sql`
      select ${effectiveItem.name} as name, entry ->> 'network' as network, entry ->> 'address' as address
      from ${effectiveItem}, jsonb_array_elements(${effectiveItem.tree} -> 'addressing') as entry
      where ${condition} and (entry ->> 'network' = ${network} or entry ->> 'address' like ${likely(block)})
        and entry ->> 'address' is not null`,
  );
  return rows.flatMap(({ name, network: own, address: text }): AddressUse[] => {
    const address = parseAddress(text);
    if (address === undefined || (own !== network && !blockHolds(block, address))) return [];
    const field = fieldPath(keyPath("addressing", own ?? ""), "address");
    return [{ first: address, last: address, purpose: "node", kind: "Node", name, field }];
  });
}

/** Name servers in the block that nodes have, each with the first of them by name. */
async function readNodeServers(db: Db, at: RevisionOfDesign, block: Block): Promise<readonly AddressUse[]> {
  const condition = and(itemsOfKind(at, "Node"), sql`jsonb_typeof(${effectiveItem.tree} -> 'dns_servers') = 'array'`);
  const rows = await execute<{ name: string; address: string }>(
    db,
    sql`
      select min(${effectiveItem.name}) as name, server as address
      from ${effectiveItem}, jsonb_array_elements_text(${effectiveItem.tree} -> 'dns_servers') as server
      where ${condition} and server like ${likely(block)}
      group by server`,
  );
  return rows.flatMap(({ name, address: text }): AddressUse[] => {
    const address = parseAddress(text);
    if (address === undefined) return [];
    const field = keyPath("dns_servers", text);
    return [{ first: address, last: address, purpose: "service", kind: "Node", name, field }];
  });
}

/** A pattern that the texts of all addresses of a block have: an IPv4 address has one spelling, and an IPv6 one many. */
function likely(block: Block): string {
  if (block.version === 6) return "%:%";
  const octets = formatAddress({ version: 4, value: block.first }).split(".");
  const known = Math.floor(block.prefix / 8);
  return known === 4 ? octets.join(".") : [...octets.slice(0, known), "%"].join(".");
}
