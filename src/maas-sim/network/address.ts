import ipaddr from "ipaddr.js";

/** An IP address as a number, with its family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A network: its first and last address and the length of its prefix. */
export interface Block {
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads an address in its full textual form; `undefined` for anything else. */
export function parseAddress(source: string): Address | undefined {
  const strict = source.includes(":") ? ipaddr.IPv6.isValid(source) : ipaddr.IPv4.isValidFourPartDecimal(source);
  if (!strict || source.includes("%")) return undefined;
  const address = ipaddr.parse(source);
  const value = address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return { family: address.kind() === "ipv6" ? 6 : 4, value };
}

/** The canonical text of an address. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
  }
  const bytes: number[] = [];
  for (let shift = 120n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

/** Reads `address/prefix`; host bits are cleared. `undefined` when it is not a network. */
export function parseBlock(source: string): Block | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(source.trim());
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  const prefix = Number(match?.[2]);
  if (address === undefined) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = address.value - (address.value % size);
  return { family: address.family, prefix, first, last: first + size - 1n };
}

/** The canonical text of a network. */
export function formatBlock(block: Block): string {
  return `${formatAddress({ family: block.family, value: block.first })}/${block.prefix}`;
}

/** Whether an address lies in a network. */
export function contains(block: Block, address: Address): boolean {
  return block.family === address.family && block.first <= address.value && address.value <= block.last;
}

/** Whether two networks share an address. */
export function overlaps(a: Block, b: Block): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The first and last address a host may have: an IPv4 network loses its ends, except in /31 and /32. */
export function hostBounds(block: Block): { readonly first: bigint; readonly last: bigint } {
  if (block.family === 4 && block.prefix < 31) return { first: block.first + 1n, last: block.last - 1n };
  return block.family === 6 && block.prefix < 127
    ? { first: block.first + 1n, last: block.last }
    : { first: block.first, last: block.last };
}
