import { suggest } from "../../../text/suggest.ts";
import type { YamlNode } from "../../../yaml/node.ts";
import { quoteText } from "../../../yaml/quote-text.ts";
import {
  closeMap,
  entryOf,
  isNothing,
  type MapDraft,
  mapOf,
  openMap,
  putEntry,
  rewrite,
  rewriteMap,
  takeEntry,
  textAt,
  valueAt,
} from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";

const bondModes: ReadonlyMap<string, string> = new Map([
  ["none", "disabled"],
  // As the earlier forms' own description spells it.
  ["balanced-rr", "balance-rr"],
]);
const bondWords: readonly string[] = ["disabled", "802.3ad", "active-backup", "balance-rr"];
const trunkModes: ReadonlyMap<string, string> = new Map([
  ["none", "disabled"],
  ["tagged", "802.1q"],
]);
const trunkWords: readonly string[] = ["disabled", "802.1q"];

/** Rewrites the fields of a network link: the words `none`, `tagged` and `default` of earlier forms. */
export function convertNetworkLink(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "bonding", (value) =>
    rewriteMap(value, (bonding) => {
      for (const { key } of bonding.entries.filter((entry) => isDefault(entry.value))) {
        takeEntry(bonding, key);
        item.note(`bonding.${key}`, "the word default leaves the field to its default");
      }
      rewrite(bonding, "mode", (mode) => translate(mode, bondModes, bondWords, "bonding.mode", item));
    }),
  );
  for (const field of ["mtu", "linkspeed"]) {
    rewrite(fields, field, (value) => {
      if (!isDefault(value)) return value;
      item.note(field, "the word default leaves the field to its default");
      return undefined;
    });
  }
  moveDefaultNetwork(fields, item);
  if (isNothing(valueAt(fields, "allowed_networks")) && entryOf(fields, "!allowed_networks") === undefined) {
    item.note("allowed_networks", "not stated: those that interfaces of the link carry, and its default network");
  }
  rewrite(fields, "trunking", (value) =>
    rewriteMap(value, (trunking) =>
      rewrite(trunking, "mode", (mode) => translate(mode, trunkModes, trunkWords, "trunking.mode", item)),
    ),
  );
}

function isDefault(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === "default";
}

/** The first reader looked for `default_network` beside `trunking`, so some files have it there. */
function moveDefaultNetwork(fields: MapDraft, item: ItemContext): void {
  const trunking = mapOf(fields, "trunking");
  const outside = entryOf(fields, "default_network");
  const draft = openMap(trunking);
  if (draft === undefined || outside === undefined || entryOf(draft, "default_network") !== undefined) return;
  takeEntry(fields, "default_network");
  putEntry(draft, outside);
  rewrite(fields, "trunking", () => closeMap(draft));
  item.note("trunking.default_network", "default_network is trunking.default_network");
}

/** A word of today. One with a slip in it is an error and taken for what was meant; what is like none of them is the engine's to report. */
function translate(
  node: YamlNode,
  words: ReadonlyMap<string, string>,
  today: readonly string[],
  field: string,
  item: ItemContext,
): YamlNode {
  if (node.kind !== "scalar" || typeof node.value !== "string") return node;
  const { value, position } = node;
  const word = words.get(value);
  if (word !== undefined) {
    item.note(field, `${value} is ${word}`);
    return textAt(word, position);
  }
  const all = [...words.keys(), ...today];
  const near = all.includes(value) ? undefined : suggest(value, words.keys());
  const meant = near === undefined ? undefined : words.get(near);
  if (near === undefined || meant === undefined) return node;
  item.report({
    rule: "invalid-value",
    severity: "error",
    message: `found ${quoteText(value)}, expected one of ${all.join(", ")}`,
    hint: `did you mean ${near}? The document is checked as that`,
    at: position,
    field,
  });
  return textAt(meant, position);
}
