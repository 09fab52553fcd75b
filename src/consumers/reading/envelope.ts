import { suggest } from "../../text/suggest.ts";
import type { YamlEntry, YamlMap } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { entryOf, isNothing, type MapDraft, openMap } from "./map-draft.ts";
import type { Problems } from "./problems.ts";

/** The item a document declares, as findings name it. */
export interface EnvelopedItem {
  readonly kind: string;
  readonly name: string;
  readonly problems: Problems;
}

/**
 * The entry of a known key; where it isn't there, the first unknown one that looks like a slip of it, so that one slip is one finding (`reportUnknownKeys`
 * tells it) and not one for everything that stands below it.
 */
export function entryMeant(map: YamlMap, key: string, known: readonly string[]): YamlEntry | undefined {
  return (
    entryOf(map, key) ??
    map.entries.find((entry) => !known.includes(entry.key) && nearKey(map, entry.key, known) === key)
  );
}

/** The known key that an unknown one looks like, or that other forms call so. */
function nearKey(map: YamlMap, key: string, known: readonly string[]): string | undefined {
  if (key === "data" && known.includes("spec") && entryOf(map, "spec") === undefined) return "spec";
  return suggest(key, known);
}

/** Reports every key of a mapping that is none of the known ones, at the key; `hint` is the next step where none of them looks like it. */
export function reportUnknownKeys(
  map: YamlMap,
  known: readonly string[],
  hint: string,
  { kind, name, problems }: Pick<EnvelopedItem, "problems"> & Partial<EnvelopedItem>,
): void {
  for (const { key, keyPosition } of map.entries) {
    if (known.includes(key)) continue;
    const near = nearKey(map, key, known);
    problems.add({
      rule: "unknown-field",
      severity: "error",
      message: `found ${quoteText(key)}, expected one of ${known.join(", ")}`,
      hint: near === undefined ? hint : `did you mean ${near}?`,
      at: keyPosition,
      ...(kind === undefined ? {} : { kind }),
      ...(name === undefined ? {} : { name }),
    });
  }
}

/** The fields of a document's spec, to be rewritten; none, reported, where it holds something else. */
export function readSpec(document: YamlMap, spec: YamlEntry | undefined, item: EnvelopedItem): MapDraft {
  const value = spec?.value;
  const fields = openMap(value);
  if (fields !== undefined) return fields;
  if (value !== undefined && !isNothing(value)) {
    item.problems.add({
      rule: "wrong-type",
      severity: "error",
      message: `found a spec with a ${value.kind === "list" ? "list" : "single value"}, expected a mapping of fields`,
      hint: 'write the fields below "spec:", one a line, indented',
      at: value.position,
      kind: item.kind,
      name: item.name,
    });
  }
  return { entries: [], position: value?.position ?? document.position };
}
