import type { YamlMap, YamlNode } from "../../../yaml/node.ts";
import { quoteText } from "../../../yaml/quote-text.ts";
import {
  entryOf,
  isNothing,
  listOf,
  type MapDraft,
  putEntry,
  rename,
  rewrite,
  rewriteMap,
  rewriteMembers,
  textAt,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";

const buses: readonly string[] = ["pci", "scsi"];
const earlierNames: readonly (readonly [string, string])[] = [
  ["version", "hw_version"],
  ["bios", "bios_version"],
  ["boot_protocol", "bootstrap_protocol"],
];

/** Rewrites the fields of a hardware profile: earlier names, capital letters, and aliases grouped by bus. */
export function convertHardwareProfile(fields: MapDraft, item: ItemContext): void {
  for (const [from, to] of earlierNames) if (rename(fields, from, to)) item.note(to, `${from} is ${to}`);
  for (const key of ["boot_mode", "bootstrap_protocol"]) {
    rewrite(fields, key, (value) => {
      const text = value.kind === "scalar" && typeof value.value === "string" ? value.value : "";
      if (text === text.toLowerCase()) return value;
      item.note(key, `${text} is ${text.toLowerCase()}`);
      return textAt(text.toLowerCase(), value.position);
    });
  }
  rewrite(fields, "device_aliases", (value) => convertAliases(value, item));
  rewrite(fields, "hugepages", (value) => {
    if (value.kind === "map") item.note("hugepages", "hugepages by name are a list");
    return namedMembers(value, "name", "hugepages", item);
  });
}

function convertAliases(value: YamlNode, item: ItemContext): YamlNode {
  if (value.kind === "list") return rewriteMembers(value, (alias) => convertAlias(alias, undefined, item));
  if (value.kind !== "map") return value;
  if (textOf(valueAt(value, "alias")) !== undefined) {
    item.note("device_aliases", "one member without a list is a list of one");
    return listOf([convertAlias(value, undefined, item)], value.position);
  }
  const aliases: YamlNode[] = [];
  for (const entry of value.entries) {
    if (buses.includes(entry.key) && !isAliasOfThatName(entry.value)) {
      aliases.push(...aliasesOfBus(entry.value, entry.key, item));
    } else {
      const alone: YamlMap = { kind: "map", entries: [entry], position: entry.keyPosition };
      const named = namedMembers(alone, "alias", "device_aliases", item);
      if (named.kind === "list") aliases.push(...named.items.map((alias) => convertAlias(alias, undefined, item)));
    }
  }
  item.note("device_aliases", "aliases by bus or by name are one list");
  return listOf(aliases, value.position);
}

/** An alias may be called as a bus is; then it names the bus it is on. */
function isAliasOfThatName(value: YamlNode): boolean {
  return value.kind === "map" && valueAt(value, "bus_type") !== undefined && valueAt(value, "alias") === undefined;
}

/** A group is a list of aliases, a mapping by alias, or one alias written without a list. */
function aliasesOfBus(group: YamlNode, bus: string, item: ItemContext): readonly YamlNode[] {
  if (isNothing(group)) return [];
  const isOne = group.kind === "map" && group.entries.some(({ value }) => value.kind === "scalar" && !isNothing(value));
  const members = isOne ? listOf([group], group.position) : namedMembers(group, "alias", "device_aliases", item);
  if (members.kind === "list") return members.items.map((alias) => convertAlias(alias, bus, item));
  // A single value: an alias that is none, for the engine to report.
  return [members];
}

function convertAlias(alias: YamlNode, bus: string | undefined, item: ItemContext): YamlNode {
  return rewriteMap(alias, (fields) => {
    const name = textOf(valueAt(fields, "alias")) ?? "";
    const path = memberPath("device_aliases", name);
    if (rename(fields, "type", "dev_type")) item.note(fieldBelow(path, "dev_type"), "type is dev_type");
    const address = entryOf(fields, "address");
    const text = textOf(address?.value);
    const at = text?.indexOf("@") ?? -1;
    const isPattern = /^regexp?:/.test(text ?? "");
    if (text?.startsWith("regex:") && address !== undefined) {
      putEntry(fields, { ...address, value: textAt(text.replace("regex:", "regexp:"), address.value.position) });
      item.note(fieldBelow(path, "address"), "regex: is regexp:");
    }
    const prefix = at > 0 && !isPattern ? text?.slice(0, at) : undefined;
    if (prefix !== undefined && address !== undefined) {
      putEntry(fields, { ...address, value: textAt(text?.slice(at + 1) ?? "", address.value.position) });
      item.note(fieldBelow(path, "address"), "the bus in front of an address is bus_type");
    }
    const written = entryOf(fields, "bus_type");
    const stated = textOf(written?.value) ?? bus;
    if (prefix !== undefined && stated !== undefined && prefix !== stated && address !== undefined) {
      item.report({
        rule: "wrong-bus",
        severity: "error",
        message: `found an address on the bus ${quoteText(prefix)}, expected one on ${quoteText(stated)}, as its alias says`,
        hint: `list the alias under ${prefix}, or correct the address`,
        at: address.value.position,
        field: fieldBelow(path, "address"),
      });
    }
    const type = prefix ?? bus;
    if (type === undefined || written !== undefined || name === "" || name.startsWith("!")) return;
    const position = address?.value.position ?? fields.position;
    putEntry(fields, { key: "bus_type", keyPosition: position, value: textAt(type, position) });
  });
}
