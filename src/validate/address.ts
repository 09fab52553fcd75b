import ipaddr from "ipaddr.js";

/** An address as a number, and which protocol it is of. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** A block of addresses: from `first` to `last`, inclusive. */
export interface Block {
  readonly version: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
  /** Whether it was written with bits beyond the prefix, such as 10.1.0.5/24. */
  readonly hasHostBits: boolean;
}

const dot = 46;
const zero = 48;

/** Reads an IPv4 address in four decimal parts, or an IPv6 address; undefined for anything else. */
export function parseAddress(text: string | undefined): Address | undefined {
  if (text === undefined || text.length > 64) return undefined;
  const four = parseFourParts(text);
  if (four !== undefined) return { version: 4, value: BigInt(four) };
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const bytes = ipaddr.IPv6.parse(text).toByteArray();
  return { version: 6, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) };
}

function parseFourParts(text: string): number | undefined {
  let [value, part, digits, parts] = [0, 0, 0, 0];
  for (let at = 0; at <= text.length; at++) {
    const unit = at === text.length ? dot : text.charCodeAt(at);
    if (unit === dot) {
      if (digits === 0) return undefined;
      value = value * 256 + part;
      parts++;
      [part, digits] = [0, 0];
    } else {
      const digit = unit - zero;
      // A leading zero would be octal to some readers.
      if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + digit;
      digits++;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 ? value : undefined;
}

/** Reads a block such as 10.1.0.0/24; undefined for anything else. */
export function parseBlock(text: string | undefined): Block | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(0|[1-9]\d{0,2})$/.exec(text ?? "");
  const address = parseAddress(match?.[1]);
  if (match === null || address === undefined) return undefined;
  const bits = address.version === 4 ? 32 : 128;
  const prefix = Number(match[2]);
  if (prefix > bits) return undefined;
  const first = firstOf(address, prefix);
  const last = first + (1n << BigInt(bits - prefix)) - 1n;
  return { version: address.version, prefix, first, last, hasHostBits: first !== address.value };
}

/** The first address of the block of that prefix length which holds an address. */
export function firstOf({ version, value }: Address, prefix: number): bigint {
  const rest = BigInt((version === 4 ? 32 : 128) - prefix);
  return (value >> rest) << rest;
}

/** Whether a block holds an address. */
export function blockHolds(block: Block, address: Address): boolean {
  return block.version === address.version && address.value >= block.first && address.value <= block.last;
}

/**
 * What an address is that no machine of its block can have: the network or the broadcast address, or the subnet-router anycast address (RFC 4291, 2.6.1);
 * undefined for any other. Blocks of one or two addresses have none (RFC 3021, RFC 6164).
 */
export function unusableAs(block: Block, address: Address): "network" | "broadcast" | "subnet-router" | undefined {
  const bits = block.version === 4 ? 32 : 128;
  if (block.version !== address.version || block.prefix >= bits - 1) return undefined;
  if (block.version === 6) return address.value === block.first ? "subnet-router" : undefined;
  if (address.value === block.first) return "network";
  return address.value === block.last ? "broadcast" : undefined;
}

/** Blocks by RFC 6890 in which no machine of a site has its address. */
const unfitBlocks: readonly { readonly use: string; readonly block: Block | undefined }[] = [
  { use: "unspecified", block: parseBlock("0.0.0.0/8") },
  { use: "loopback", block: parseBlock("127.0.0.0/8") },
  { use: "link-local", block: parseBlock("169.254.0.0/16") },
  { use: "multicast", block: parseBlock("224.0.0.0/4") },
  { use: "reserved", block: parseBlock("240.0.0.0/4") },
  { use: "unspecified", block: parseBlock("::/128") },
  { use: "loopback", block: parseBlock("::1/128") },
  { use: "IPv4-mapped", block: parseBlock("::ffff:0:0/96") },
  { use: "link-local", block: parseBlock("fe80::/10") },
  { use: "multicast", block: parseBlock("ff00::/8") },
];

/** What an address is that no machine of a site is given, such as "multicast"; undefined for one that fits. */
export function unfitAs(address: Address): string | undefined {
  if (address.version === 4) {
    const top = Number(address.value >> 24n);
    if (top > 0 && top < 224 && top !== 127 && top !== 169) return undefined;
  }
  return unfitBlocks.find(({ block }) => block !== undefined && blockHolds(block, address))?.use;
}

/** An address in its usual spelling, IPv6 in RFC 5952 form. */
export function formatAddress({ version, value }: Address): string {
  const length = version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n));
  return version === 4 ? bytes.join(".") : ipaddr.fromByteArray(bytes).toString();
}
