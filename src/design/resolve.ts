import type { DeclaredMessage, DeclaredRemoval } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { inheritable } from "./inheritable.ts";
import { cycleFinding, DEEPEST_CHAIN, depthFinding, unmatchedRemovalFinding } from "./inheritance-findings.ts";
import type { ItemKey } from "./item-key.ts";
import type { KindSchema } from "./kind-schema.ts";
import { mayHaveLostParent } from "./lost-parent.ts";
import { mergeMessage } from "./merge.ts";
import { LONG_CHAINS_INPUT } from "./pseudo-inputs.ts";
import type { RawItem } from "./raw-item.ts";
import { statedParent } from "./stated-parent.ts";

/** An item merged with everything it inherits, before defaults and computed values. */
export interface ResolvedItem {
  readonly key: ItemKey;
  readonly schema: KindSchema;
  readonly raws: readonly RawItem[];
  readonly body: DeclaredMessage;
  /** The items it inherits from ("Kind/name"), nearest first. */
  readonly ancestors: readonly string[];
  /**
   * The items that it or an ancestor would inherit from and doesn't: an unknown one, those of a cycle, those beyond the longest chain. Of very long chains and
   * cycles the nearest, with an input that stands for all of them.
   */
  readonly missing: readonly string[];
  /** False when a document of it or of an ancestor broke off or may be lost, or a parent is missing. */
  readonly whole: boolean;
}

/** Resolves items on demand. */
export interface Resolver {
  /** The item by "Kind/name"; undefined for one nobody declared. */
  resolve(key: string): ResolvedItem | undefined;
}

/** What a resolver works with. */
export interface ResolverInput {
  /** Reads what is declared about an item, lowest rank first; undefined when nothing is. Asked once for each item that is kept. */
  readonly read: (key: string) => readonly RawItem[] | undefined;
  readonly kinds: ReadonlyMap<string, KindSchema>;
  /** Whether items of a kind are remembered. Those that others inherit from always are. */
  readonly keeps: (kind: string) => boolean;
  /** Whether a further document of an item may be lost, given the layers that have one. */
  readonly mayMiss: (kind: string, layers: readonly string[]) => boolean;
  readonly report: (diagnostic: Diagnostic) => void;
}

interface Link {
  readonly key: string;
  readonly raws: readonly RawItem[];
  readonly schema: KindSchema;
  readonly parent: string | undefined;
}

/**
 * A resolver of items. Reports cycles of inheritance (the items of one then inherit nothing), chains beyond 100 steps, and removals that remove nothing. A
 * missing parent is left to the check of references; the item resolves without it.
 */
export function createResolver({ read, kinds, keeps, mayMiss, report }: ResolverInput): Resolver {
  const kept = new Map<string, ResolvedItem>();
  const cut = new Map<string, Circle>();
  const parentKinds = new Set([...kinds.values()].map((schema) => schema.parentField?.parent));

  function resolve(wanted: string): ResolvedItem | undefined {
    const chain: Link[] = [];
    const known = new Set<string>();
    let above: ResolvedItem | undefined;
    for (let key: string | undefined = wanted; key !== undefined; key = chain.at(-1)?.parent) {
      above = kept.get(key);
      if (above !== undefined) break;
      if (known.has(key)) {
        const circle = chain.slice(chain.findIndex((link) => link.key === key));
        const keys = circle.map((link) => link.key);
        for (const [at, each] of keys.entries()) cut.set(each, { keys, at });
        const finding = cycleFinding(circle);
        if (finding !== undefined) report(finding);
        break;
      }
      known.add(key);
      const link = readLink(key);
      if (link === undefined) break;
      chain.push(link);
    }
    for (const link of chain.reverse()) {
      above = merge(link, cut.has(link.key) ? undefined : above);
      if (parentKinds.has(link.schema.kind) || keeps(link.schema.kind)) kept.set(link.key, above);
    }
    return above;
  }

  function readLink(key: string): Link | undefined {
    const raws = read(key);
    const schema = kinds.get(raws?.[0]?.key.kind ?? "");
    if (raws === undefined || schema === undefined) return undefined;
    const field = schema.parentField;
    const value = field && statedParent(raws, field);
    const parent = value?.type === "scalar" ? `${field?.parent}/${value.value}` : undefined;
    return { key, raws, schema, parent };
  }

  function merge({ key: own, raws, schema, parent: named }: Link, above: ResolvedItem | undefined): ResolvedItem {
    let parent = above;
    let missing = above?.missing ?? othersOf(cut.get(own));
    if (parent !== undefined && parent.ancestors.length >= DEEPEST_CHAIN) {
      const finding = depthFinding(raws, schema);
      if (finding !== undefined) report(finding);
      missing = [...parent.ancestors, LONG_CHAINS_INPUT];
      parent = undefined;
    }
    const isMissing = named !== undefined && parent === undefined;
    const field = schema.parentField;
    const isLost = named === undefined && field !== undefined && mayHaveLostParent(raws, field, schema.message);
    const layers = raws.map((raw) => raw.layer.name);
    let whole = !isMissing && !isLost && parent?.whole !== false && !mayMiss(schema.kind, layers);
    let body = parent && inheritable(parent.body, schema.message);
    for (const raw of raws) {
      const unmatched: DeclaredRemoval[] = [];
      body = mergeMessage(body, raw.body, schema.message, (removal) => unmatched.push(removal));
      if (whole) for (const removal of unmatched) report(unmatchedRemovalFinding(removal));
      whole &&= raw.document.complete;
    }
    const key = raws[0]?.key;
    if (body === undefined || key === undefined) throw new Error("an item without documents was composed");
    const ancestors = parent === undefined ? [] : [`${parent.key.kind}/${parent.key.name}`, ...parent.ancestors];
    if (isMissing && !missing.includes(named)) missing = [named, ...missing];
    return { key, schema, raws, body, ancestors, whole, missing };
  }

  return { resolve };
}

/** A cycle of inheritance, each of its items followed by its parent, and where in it an item stands. */
interface Circle {
  readonly keys: readonly string[];
  readonly at: number;
}

/** The other items of a cycle, nearest first: of one too long to tell, as many as show that nothing can be inherited. */
function othersOf(circle: Circle | undefined): readonly string[] {
  if (circle === undefined) return [];
  const { keys, at } = circle;
  const nearest = DEEPEST_CHAIN + 1;
  const others = keys.slice(at + 1, at + 1 + nearest);
  others.push(...keys.slice(0, Math.min(at, nearest - others.length)));
  return others.length === keys.length - 1 ? others : [...others, LONG_CHAINS_INPUT];
}
