import ipaddr from "ipaddr.js";

/** An IP address in canonical form; the source itself when it is none. */
export function canonicalAddress(source: string): string {
  return ipaddr.isValid(source) ? ipaddr.parse(source).toString() : source;
}

/** An address block in canonical form with host bits cleared; the source itself when it is none. */
export function canonicalBlock(source: string): string {
  if (!ipaddr.isValidCIDR(source)) return source;
  const [, length] = ipaddr.parseCIDR(source);
  const network = source.includes(":")
    ? ipaddr.IPv6.networkAddressFromCIDR(source)
    : ipaddr.IPv4.networkAddressFromCIDR(source);
  return `${network.toString()}/${length}`;
}

/** Whether an address lies in a block; false when either is malformed or their families differ. */
export function isInBlock(address: string, block: string): boolean {
  if (!ipaddr.isValid(address) || !ipaddr.isValidCIDR(block)) return false;
  const parsed = ipaddr.parse(address);
  const [base, length] = ipaddr.parseCIDR(block);
  return parsed.kind() === base.kind() && parsed.match([base, length] as [ipaddr.IPv4, number]);
}

/** Orders addresses of one family; zero when either is malformed. */
export function compareAddresses(a: string, b: string): number {
  if (!ipaddr.isValid(a) || !ipaddr.isValid(b)) return 0;
  const [left, right] = [ipaddr.parse(a).toByteArray(), ipaddr.parse(b).toByteArray()];
  if (left.length !== right.length) return left.length - right.length;
  for (const [index, byte] of left.entries()) {
    const difference = byte - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether two blocks have an address in common; false when either is malformed or their families differ. */
export function overlap(one: string, other: string): boolean {
  const first = (block: string): string => block.slice(0, block.lastIndexOf("/"));
  return isInBlock(first(canonicalBlock(one)), other) || isInBlock(first(canonicalBlock(other)), one);
}
