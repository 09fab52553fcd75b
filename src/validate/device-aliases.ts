import type { EffectiveItem } from "../design/effective-item.ts";
import { membersAt, textAt } from "./tree-access.ts";

const names = new WeakMap<EffectiveItem, ReadonlySet<string>>();
const known = new WeakMap<EffectiveItem, ReadonlyMap<string, string>>();

/** The aliases of a hardware profile. */
export function aliasesOf(profile: EffectiveItem): ReadonlySet<string> {
  const before = names.get(profile);
  if (before !== undefined) return before;
  const aliases = new Set(membersAt(profile.tree, "device_aliases").map((device) => textAt(device, "alias") ?? ""));
  names.set(profile, aliases);
  return aliases;
}

/** The alias that stands for an address on a bus, written with or without the bus in front; undefined when there is none. */
export function aliasOfAddress(profile: EffectiveItem | undefined, address: string): string | undefined {
  if (profile === undefined) return undefined;
  let aliases = known.get(profile);
  if (aliases === undefined) {
    aliases = byAddress(profile);
    known.set(profile, aliases);
  }
  return aliases.get(address.toLowerCase());
}

function byAddress(profile: EffectiveItem): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const device of membersAt(profile.tree, "device_aliases")) {
    const [alias, address] = [textAt(device, "alias"), textAt(device, "address")?.toLowerCase()];
    if (alias === undefined || address === undefined) continue;
    aliases.set(address, alias);
    aliases.set(`${textAt(device, "bus_type") ?? ""}@${address}`, alias);
  }
  return aliases;
}
