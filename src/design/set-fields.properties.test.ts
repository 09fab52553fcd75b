import { expect, test } from "vitest";
import { fc } from "../../test/support/property.ts";
import { builtInKinds } from "./built-in-kinds.ts";
import { inOrderOfNames } from "./declaration-text.ts";
import { parseFieldPath } from "./field-path.ts";
import type { KindSchema } from "./kind-schema.ts";
import { followPath } from "./schema-path.ts";
import { setFields } from "./set-fields.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

const node = builtInKinds().get("Node") as KindSchema;
const few = fc.constantFrom("a", "b", "c");
const texts = fc.uniqueArray(fc.constantFrom("a", "b", "!a", "!c"), { maxLength: 3 });
const some = <Fields>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }) =>
  fc.record(fields, { requiredKeys: [] });
const member = fc
  .tuple(few, some({ device_link: few, slaves: texts }))
  .map(([name, fields]): TreeMap => ({ name, ...fields }));
const members = fc
  .tuple(
    fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 3 }),
    fc.subarray(["!a", "!b", "!c"], { maxLength: 1 }),
  )
  .map(([own, removals]) => [...removals, ...own]);
/** Declarations as people write them; what is empty says nothing, so none of it is written. */
const declarations = some({
  host_profile: few,
  "!primary_network": fc.constant(null),
  interfaces: members,
  metadata: some({ rack: few, tags: texts, owner_data: fc.dictionary(few, few, { maxKeys: 2 }) }),
}).map((tree) => withoutEmpty(tree as TreeMap));

const paths = [
  ...["host_profile", "primary_network", "interfaces", "metadata", "metadata.rack", "metadata.tags"],
  ...["metadata.owner_data", 'metadata.tags["a"]', 'metadata.owner_data["b"]', 'interfaces["a"]', 'interfaces["b"]'],
  ...['interfaces["a"].device_link', 'interfaces["b"].slaves', 'interfaces["b"].slaves["a"]'],
];

function after(base: TreeMap, from: TreeMap, chosen: readonly string[]): TreeMap {
  const targets = chosen.map((path) => followPath(parseFieldPath(path), node, from));
  return setFields(base, from, targets, node);
}

test("to set every field is to take over the whole", () => {
  fc.assert(
    fc.property(declarations, declarations, (base, from) => {
      const whole = after(base, from, [...node.message.fields.keys()]);
      expect(inOrderOfNames(whole)).toEqual(inOrderOfNames(from));
    }),
  );
});

test("to set a field again changes nothing, and to set it back gives what was there", () => {
  fc.assert(
    fc.property(declarations, declarations, fc.constantFrom(...paths), (base, from, path) => {
      const once = after(base, from, [path]);
      expect(after(once, from, [path])).toEqual(once);
      expect(sets(after(once, base, [path]))).toEqual(sets(withKeysOf(path, once, base)));
    }),
  );
});

test("fields that lie apart are set in any order, and what lies apart from them stays", () => {
  const apart = [
    "host_profile",
    "metadata.rack",
    'metadata.owner_data["b"]',
    'interfaces["a"]',
    'interfaces["b"].slaves',
  ];
  fc.assert(
    fc.property(declarations, declarations, fc.subarray(apart), (base, from, chosen) => {
      const forward = after(base, from, chosen);
      expect(sets(after(base, from, [...chosen].reverse()))).toEqual(sets(forward));
      const others = apart.filter((path) => !chosen.includes(path) && !path.startsWith("interfaces"));
      for (const path of others) expect(after(forward, base, [path])).toEqual(forward);
    }),
  );
});

/** A member that comes with one of its fields stays when the field goes. */
function withKeysOf(path: string, once: TreeMap, base: TreeMap): TreeMap {
  const key = /^interfaces\["(.)"\]\./.exec(path)?.[1];
  if (key === undefined) return base;
  const has = (tree: TreeMap) =>
    Array.isArray(tree.interfaces) && tree.interfaces.some((each) => (each as TreeMap).name === key);
  if (has(base) || !has(once)) return base;
  const list = Array.isArray(base.interfaces) ? base.interfaces : [];
  return { ...base, interfaces: [...list, { name: key }] };
}

/** A tree whose lists are in one order: members that went and came again stand last. */
function sets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sets).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sets((value as Record<string, unknown>)[name])]));
}

function withoutEmpty(tree: TreeMap): TreeMap {
  const kept: Record<string, Tree> = {};
  for (const [name, value] of Object.entries(tree)) {
    const part = withoutEmptyParts(value);
    if (part !== undefined) kept[name] = part;
  }
  return kept;
}

function withoutEmptyParts(value: Tree): Tree | undefined {
  if (typeof value !== "object" || value === null) return value;
  const part = Array.isArray(value)
    ? value.map((each: Tree) => (isTreeMap(each) ? withoutEmpty(each) : each))
    : withoutEmpty(value as TreeMap);
  return Object.keys(part).length === 0 ? undefined : part;
}
