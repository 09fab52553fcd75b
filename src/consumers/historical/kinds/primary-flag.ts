import type { YamlMap, YamlNode } from "../../../yaml/node.ts";
import {
  closeMap,
  entryOf,
  type MapDraft,
  openMap,
  putEntry,
  rewrite,
  rewriteMembers,
  takeEntry,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";

/**
 * The flag `primary` of an interface as the host's primary network: the one network the interface carries. Where it carries none or several in this document,
 * the flag doesn't tell which, and that is a warning. Interfaces are a list already.
 */
export function movePrimaryFlags(fields: MapDraft, item: ItemContext): void {
  const listed = valueAt(fields, "interfaces");
  if (listed?.kind !== "list" || !listed.items.some((one) => one.kind === "map" && entryOf(one, "primary"))) return;
  rewrite(fields, "interfaces", (interfaces) =>
    rewriteMembers(interfaces, (one) => {
      const draft = openMap(one);
      const flag = draft && takeEntry(draft, "primary");
      if (draft === undefined || flag === undefined) return one;
      const path = memberPath("interfaces", textOf(valueAt(draft, "name")) ?? "");
      if (isTrue(flag.value)) choose(closeMap(draft), flag.keyPosition, path, fields, item);
      else item.note(path, "an interface is not primary unless primary_network says so");
      return closeMap(draft);
    }),
  );
}

function isTrue(value: YamlNode): boolean {
  const text = textOf(value)?.toLowerCase() ?? "";
  return ["true", "yes", "on", "y"].includes(text);
}

function choose(one: YamlMap, at: YamlMap["position"], path: string, fields: MapDraft, item: ItemContext): void {
  if (entryOf(fields, "primary_network") !== undefined) {
    item.note(path, "primary_network says which network is primary");
    return;
  }
  const networks = valueAt(one, "networks");
  const carried = (networks?.kind === "list" ? networks.items : []).filter(
    (network) => textOf(network)?.startsWith("!") === false,
  );
  const [only, ...others] = carried;
  if (only !== undefined && others.length === 0) {
    putEntry(fields, { key: "primary_network", keyPosition: at, value: only });
    item.note("primary_network", "the network of the interface that is primary");
    return;
  }
  item.report({
    rule: "ignored-field",
    severity: "warning",
    message: `found primary on an interface with ${carried.length === 0 ? "no network of its own" : `${carried.length} networks`}, which doesn't tell the primary one`,
    hint: "set primary_network of the host to one of them",
    at,
    field: path,
  });
}
