import type { YamlEntry, YamlNode } from "../../../yaml/node.ts";
import {
  entryOf,
  isNothing,
  type MapDraft,
  putEntry,
  rewrite,
  rewriteMap,
  rewriteMembers,
  takeEntry,
  textAt,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { selectorOf } from "./node-filter.ts";

/** Rewrites a boot action: the filter of its nodes, and lists of packages that stand as the data of an asset. */
export function convertBootAction(fields: MapDraft, item: ItemContext): void {
  convertFilter(fields, item);
  rewrite(fields, "assets", (assets) => rewriteMembers(assets, (asset, index) => convertAsset(asset, index, item)));
}

function convertFilter(fields: MapDraft, item: ItemContext): void {
  if (entryOf(fields, "nodes") !== undefined) return;
  const filter = entryOf(fields, "node_filter");
  if (filter === undefined) return;
  const nodes = isNothing(filter.value) ? filter.value : selectorOf(filter.value, item);
  // What can't be told is reported, and nothing stands for it: no filter would mean every node.
  takeEntry(fields, "node_filter");
  if (nodes === undefined) return;
  putEntry(fields, { key: "nodes", keyPosition: filter.keyPosition, value: nodes });
  item.note("nodes", "node_filter is nodes");
}

function convertAsset(asset: YamlNode, index: number, item: ItemContext): YamlNode {
  return rewriteMap(asset, (fields) => {
    const data = entryOf(fields, "data");
    if (data?.value.kind !== "map" || valueAt(fields, "packages") !== undefined) return;
    const type = textOf(valueAt(fields, "type"));
    if (type !== undefined && type !== "pkg_list") return;
    const path = `assets[${index}].packages`;
    const entries = data.value.entries.map((entry) => packageOf(entry, path, item));
    takeEntry(fields, "data");
    putEntry(fields, { ...data, key: "packages", value: { ...data.value, entries } });
    item.note(path, "the data of a list of packages is packages");
  });
}

function packageOf(entry: YamlEntry, path: string, item: ItemContext): YamlEntry {
  if (!isNothing(entry.value)) return entry;
  item.note(memberPath(path, entry.key), "null, for any version, is an empty text");
  return { ...entry, value: textAt("", entry.value.position) };
}
