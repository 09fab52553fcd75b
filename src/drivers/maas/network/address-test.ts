import { pciAddress } from "../hardware/pci-devices.ts";

/**
 * Whether a bus address is the one an alias names: an address, or behind `regexp:` a pattern that addresses begin with, as designs of
 * earlier forms have it. A pattern that is none fits nothing.
 */
export function addressTest(address: string): (at: string) => boolean {
  const source = /^regexp:(.+)$/.exec(address)?.[1];
  if (source === undefined) {
    const wanted = pciAddress(address);
    return (at) => at === wanted;
  }
  try {
    const pattern = new RegExp(`^(?:${source})`, "i");
    return (at) => pattern.test(at);
  } catch {
    return () => false;
  }
}
