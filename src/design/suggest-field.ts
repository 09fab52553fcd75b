import { suggest } from "../text/suggest.ts";

/**
 * The field most like a name that is none: one that a slip made of it, or else the first that begins or ends with the same words, as `vlan` for `vlan_id` or
 * `bios_version` for `bios`. Undefined if none is near.
 */
export function suggestField(name: string, fields: Iterable<string>): string | undefined {
  const all = [...fields];
  const near = suggest(name, all);
  if (near !== undefined || name === "") return near;
  const words = name.toLowerCase().replaceAll("-", "_");
  const shares = (long: string, short: string) => long.startsWith(`${short}_`) || long.endsWith(`_${short}`);
  return all.find((field) => field !== name && (shares(words, field) || shares(field, words)));
}
