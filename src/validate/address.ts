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

/** Reads an IPv4 address in four decimal parts, or an IPv6 address; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return toAddress(4, ipaddr.IPv4.parse(text).toByteArray());
  if (text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text))
    return toAddress(6, ipaddr.IPv6.parse(text).toByteArray());
  return undefined;
}

/** Reads a block such as 10.1.0.0/24; undefined for anything else. */
export function parseBlock(text: string): Block | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match === null ? undefined : parseAddress(match[1] ?? "");
  if (match === null || address === undefined) return undefined;
  const bits = address.version === 4 ? 32 : 128;
  const prefix = Number(match[2]);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = (address.value / size) * size;
  return { version: address.version, prefix, first, last: first + size - 1n, hasHostBits: first !== address.value };
}

/** Whether a block holds an address. */
export function blockHolds(block: Block, address: Address): boolean {
  return block.version === address.version && address.value >= block.first && address.value <= block.last;
}

/** An address in its usual spelling, IPv6 in RFC 5952 form. */
export function formatAddress(address: Address): string {
  const length = address.version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) =>
    Number((address.value >> BigInt(8 * (length - 1 - index))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

function toAddress(version: 4 | 6, bytes: readonly number[]): Address {
  return { version, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) };
}
