import type { SourcePosition, YamlEntry, YamlList, YamlMap, YamlNode } from "../../yaml/node.ts";
import { type PathStep, showPath } from "./data-path.ts";
import { scatteredList, scatteredMap } from "./traced-position.ts";

/** The first value at a path; undefined when there is none. */
export function firstAt(node: YamlNode | undefined, steps: readonly PathStep[], from = 0): YamlNode | undefined {
  const step = steps[from];
  if (step === undefined || node === undefined) return node;
  if (step.type !== "all") return firstAt(childAt(node, step), steps, from + 1);
  for (const member of membersOf(node)) {
    const found = firstAt(member, steps, from + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function childAt(node: YamlNode, step: Exclude<PathStep, { type: "all" }>): YamlNode | undefined {
  if (step.type === "key") return node.kind === "map" ? entryNamed(node, step.key)?.value : undefined;
  return node.kind === "list" ? node.items.at(step.index) : undefined;
}

function membersOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === "scalar") return [];
  return node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
}

/** The entry of a mapping under a key. */
export function entryNamed(map: YamlMap, key: string): YamlEntry | undefined {
  for (const entry of map.entries) if (entry.key === key) return entry;
  return undefined;
}

/** How a value is written at a path. */
export interface Writing {
  readonly steps: readonly PathStep[];
  /** Where mappings, list members and keys stand that are made on the way. */
  readonly at: SourcePosition;
  /** The value to be there; undefined takes it away. */
  change(old: YamlNode | undefined): YamlNode | undefined;
  /** Data of the same shape whose keys have places of their own. */
  readonly guide?: YamlNode;
  /** What to throw for a path that can't be followed. */
  refuse(message: string): Error;
}

/**
 * Data with the value at a path changed, and nothing else: what isn't on the way is shared with the old data. Mappings and list members on the way are made;
 * a list that is too short is filled up with empty mappings. A step through a single value, or by name into a list, is refused.
 */
export function writeAt(
  node: YamlNode | undefined,
  writing: Writing,
  from = 0,
  guide = writing.guide,
): YamlNode | undefined {
  const step = writing.steps[from];
  if (step === undefined) return writing.change(node);
  const below = (child: YamlNode | undefined, next: YamlNode | undefined) => writeAt(child, writing, from + 1, next);
  switch (step.type) {
    case "key":
      return writeKey(node, step.key, writing, from, guide, below);
    case "index":
      return writeMember(node, step.index, writing, from, guide, below);
    case "all":
      return writeAll(node, writing, from, guide, below);
  }
}

type Below = (child: YamlNode | undefined, guide: YamlNode | undefined) => YamlNode | undefined;

function writeKey(
  node: YamlNode | undefined,
  key: string,
  writing: Writing,
  from: number,
  guide: YamlNode | undefined,
  below: Below,
): YamlNode {
  const map = node ?? { kind: "map", entries: [], position: guide?.position ?? writing.at };
  if (map.kind !== "map") throw writing.refuse(through(map, writing, from, "a mapping"));
  const guiding = guide?.kind === "map" ? entryNamed(guide, key) : undefined;
  const index = map.entries.findIndex((entry) => entry.key === key);
  const scattered = scatteredMap(map);
  const old = scattered.entries[index];
  const value = below(old?.value, guiding?.value);
  if (value === old?.value) return map;
  const isLast = from === writing.steps.length - 1;
  const entries = [...scattered.entries];
  if (value === undefined) entries.splice(index, 1);
  else {
    const keyPosition =
      (isLast ? guiding : undefined)?.keyPosition ?? old?.keyPosition ?? guiding?.keyPosition ?? writing.at;
    if (old === undefined) entries.push({ key, keyPosition, value });
    else entries[index] = { key, keyPosition, value };
  }
  return { ...scattered, entries };
}

function writeMember(
  node: YamlNode | undefined,
  index: number,
  writing: Writing,
  from: number,
  guide: YamlNode | undefined,
  below: Below,
): YamlNode {
  const list: YamlNode = node ?? { kind: "list", items: [], position: guide?.position ?? writing.at };
  if (list.kind !== "list") throw writing.refuse(through(list, writing, from, "a list"));
  const at = index < 0 ? list.items.length + index : index;
  if (at < 0)
    throw writing.refuse(
      `found a list of ${list.items.length} at ${showPath(writing.steps.slice(0, from))}, expected it to have the member ${index}`,
    );
  const scattered = scatteredList(list);
  const old = scattered.items[at];
  const value = below(old, guide?.kind === "list" ? guide.items[at] : undefined);
  if (value === old) return list;
  const items = [...scattered.items];
  if (value === undefined) items.splice(at, 1);
  else {
    while (items.length < at) items.push({ kind: "map", entries: [], position: writing.at });
    items[at] = value;
  }
  return { ...scattered, items };
}

function writeAll(
  node: YamlNode | undefined,
  writing: Writing,
  from: number,
  guide: YamlNode | undefined,
  below: Below,
): YamlNode {
  const isEmpty = node === undefined || membersOf(node).length === 0;
  if (isEmpty)
    throw writing.refuse(
      `found nothing at ${showPath(writing.steps.slice(0, from + 1))}, expected members to write to`,
    );
  if (node.kind === "list") {
    const items = node.items.map((item, index) => below(item, guide?.kind === "list" ? guide.items[index] : undefined));
    return { ...node, items: items.filter((item) => item !== undefined) } satisfies YamlList;
  }
  if (node.kind !== "map") throw writing.refuse(through(node, writing, from, "a mapping or a list"));
  const entries = node.entries.flatMap((entry): YamlEntry[] => {
    const value = below(entry.value, guide?.kind === "map" ? entryNamed(guide, entry.key)?.value : undefined);
    return value === undefined ? [] : [{ ...entry, value }];
  });
  return { ...node, entries };
}

function through(node: YamlNode, { steps }: Writing, from: number, expected: string): string {
  const found =
    node.kind === "scalar"
      ? node.value === null
        ? "nothing"
        : "a single value"
      : `a ${node.kind === "map" ? "mapping" : "list"}`;
  return `found ${found} at ${showPath(steps.slice(0, from))}, expected ${expected} for the path ${showPath(steps)}`;
}
