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

/** What an address is that no machine of its block can have: the network or the broadcast address; undefined for any other. */
export function unusableAs(block: Block, address: Address): "network" | "broadcast" | undefined {
  if (block.version === 6 || block.prefix >= 31) return undefined;
  if (address.value === block.first) return "network";
  return address.value === block.last ? "broadcast" : undefined;
}

/** An address in its usual spelling, IPv6 in RFC 5952 form. */
export function formatAddress({ version, value }: Address): string {
  const length = version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n));
  return version === 4 ? bytes.join(".") : ipaddr.fromByteArray(bytes).toString();
}
