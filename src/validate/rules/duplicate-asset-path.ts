import { createHash } from "node:crypto";
import { possibleNames, selectorOfTree } from "../../design/selector.ts";
import { assetsOf } from "../boot-assets.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** What an asset writes, and where it may be written. */
interface Written {
  /** Digest of everything that is said of the file. */
  readonly content: string;
  /** The only nodes it may be written on; absent for any. */
  readonly names?: readonly string[];
}

/** A file is written once. */
export const duplicateAssetPath: GroupRule = {
  id: "duplicate-asset-path",
  severity: "warning",
  summary: "A file of a node is written by one asset, unless all say the same of it.",
  why: `Where two assets write different files at one path, the later one wins, and which is the later is left to chance if they are of different boot actions. Within one boot action it is an error. Actions that name different nodes don't
meet, and one file said twice is harmless.`,
  kinds: ["BootAction"],
  facts(item) {
    const { kind, name, tree } = item;
    const assets = assetsOf(item).filter(
      ({ type, tree: asset }) => type !== "pkg_list" && textAt(asset, "path") !== undefined,
    );
    if (assets.length === 0) return [];
    const bound = possibleNames(selectorOfTree(mapAt(tree, "nodes")));
    return assets.map(({ path, tree: asset, type }) => {
      const written: Written = {
        content: createHash("sha256")
          .update(JSON.stringify([type, asset]))
          .digest("base64"),
        ...(bound && { names: [...bound] }),
      };
      const target = (textAt(asset, "path") ?? "").replace(/\/{2,}/g, "/");
      return { key: `asset/${target}`, kind, name, field: `${path}.path`, role: JSON.stringify(written) };
    });
  },
  check(facts) {
    const found: GroupFinding[] = [];
    /** The first that writes on every node, and the first on each node by name. */
    let everywhere: Known | undefined;
    let anywhere: Known | undefined;
    const byName = new Map<string, Known>();
    for (const fact of facts) {
      const { content, names } = JSON.parse(fact.role ?? "{}") as Written;
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

interface Known {
  readonly fact: Fact;
  readonly content: string;
}

function firstOf(names: readonly string[], byName: ReadonlyMap<string, Known>): Known | undefined {
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
