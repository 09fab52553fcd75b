import { createHash } from "node:crypto";
import type { EffectiveItem } from "../../design/effective-item.ts";
import { possibleNames, selectorOfTree } from "../../design/selector.ts";
import { assetsOf } from "../boot-assets.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A file is written once. */
export const duplicateAssetPath: GroupRule = {
  id: "duplicate-asset-path",
  severity: "warning",
  summary: "A file of a node is written by one asset, unless all say the same of it.",
  why: `Where two assets write different files at one path, the later one wins, and which is the later is left to chance if they are of different boot actions. Within one boot action it is an error. Actions that name different nodes don't
meet, and one file said twice is harmless.`,
  kinds: ["BootAction"],
  facts(item) {
    const { kind, name } = item;
    const assets = assetsOf(item).filter(
      ({ type, tree: asset }) => type !== "pkg_list" && textAt(asset, "path") !== undefined,
    );
    return assets.map(({ path, tree: asset, type }) => {
      const content = createHash("sha256")
        .update(JSON.stringify([type, asset]))
        .digest("base64");
      const target = (textAt(asset, "path") ?? "").replace(/\/{2,}/g, "/");
      return { key: `asset/${target}`, kind, name, field: `${path}.path`, role: content };
    });
  },
  check(facts, context) {
    const found: GroupFinding[] = [];
    /** The first that writes on every node, and the first on each node by name. */
    let everywhere: Known | undefined;
    let anywhere: Known | undefined;
    const byName = new Map<string, Known>();
    for (const fact of facts) {
      const content = fact.role ?? "";
      const names = namesOf(context.lookup(fact.kind, fact.name));
      const known: Known = { fact, content };
      const before = everywhere ?? (names === undefined ? anywhere : firstOf(names, byName));
      if (before !== undefined && before.content !== content) found.push(clash(fact, before.fact));
      anywhere ??= known;
      if (names === undefined) everywhere ??= known;
      for (const name of names ?? []) if (!byName.has(name)) byName.set(name, known);
    }
    return found;
  },
};

const bounds = new WeakMap<EffectiveItem, ReadonlySet<string> | "any">();

/** The only nodes a boot action may run on; undefined for any. */
function namesOf(action: EffectiveItem | undefined): ReadonlySet<string> | undefined {
  if (action === undefined) return undefined;
  const known = bounds.get(action) ?? possibleNames(selectorOfTree(mapAt(action.tree, "nodes"))) ?? "any";
  bounds.set(action, known);
  return known === "any" ? undefined : known;
}

interface Known {
  readonly fact: Fact;
  readonly content: string;
}

function firstOf(names: Iterable<string>, byName: ReadonlyMap<string, Known>): Known | undefined {
  for (const name of names) {
    const known = byName.get(name);
    if (known !== undefined) return known;
  }
  return undefined;
}

function clash(fact: Fact, before: Fact): GroupFinding {
  const isOwn = fact.name === before.name;
  const owner = isOwn ? "another asset of the boot action" : `boot action ${shown(before.name)}`;
  return {
    about: fact,
    field: fact.field,
    ...(isOwn && { severity: "error" }),
    message: `${shown(fact.key.slice("asset/".length))} is written by ${owner}, too, and differently`,
    hint: "give one of them another path, or select other nodes",
    related: [{ kind: before.kind, name: before.name, field: before.field, message: "written here" }],
  };
}
