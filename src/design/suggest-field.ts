import { suggest } from "../text/suggest.ts";

/** What earlier forms call a field, where today's name is nothing like it. */
const earlierNames: ReadonlyMap<string, string> = new Map([
  ["bootdisk", "boot_drive"],
  ["network_link", "device_link"],
  ["node_filter", "nodes"],
  ["roles", "tags"],
  ["vg", "volume_group"],
  ["weight", "metric"],
]);

/**
 * The field most like a name that is none: one that a slip made of it, or else the one that earlier forms call so, or the first that begins or ends with the
 * same words, as `vlan` for `vlan_id` or `bios_version` for `bios`. Undefined if none is near.
 */
export function suggestField(name: string, fields: Iterable<string>): string | undefined {
  const all = [...fields];
  const near = suggest(name, all);
  if (near !== undefined || name === "") return near;
  const later = earlierNames.get(name);
  if (later !== undefined && all.includes(later)) return later;
  const words = name.toLowerCase().replaceAll("-", "_");
  const shares = (long: string, short: string) => long.startsWith(`${short}_`) || long.endsWith(`_${short}`);
  return all.find((field) => field !== name && (shares(words, field) || shares(field, words)));
}
