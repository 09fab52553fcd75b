import type { DeclaredMessage, DeclaredRemoval } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { ItemKey } from "./item-key.ts";
import type { FieldSchema, KindSchema } from "./kind-schema.ts";
import { mergeMessage } from "./merge.ts";
import { findingAt, placeOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";

/** An item merged with everything it inherits, before defaults and computed values. */
export interface ResolvedItem {
  readonly key: ItemKey;
  readonly schema: KindSchema;
  readonly raws: readonly RawItem[];
  readonly body: DeclaredMessage;
  /** The items it inherits from ("Kind/name"), nearest first. */
  readonly ancestors: readonly string[];
  /** The parent it names and doesn't have: unknown, or part of a cycle. */
  readonly missingParent?: string;
  /** False when a document of it or of an ancestor broke off, or a parent is missing. */
  readonly whole: boolean;
}

/** Resolves items on demand, each once. */
export interface Resolver {
  /** The item by "Kind/name"; undefined for one nobody declared. */
  resolve(key: string): ResolvedItem | undefined;
  /** How many items were resolved. */
  count(): number;
}

/** The longest chain of inheritance, in steps. */
const DEEPEST_CHAIN = 100;

/**
 * A resolver over composed items. Reports cycles of inheritance (its items then inherit nothing), chains beyond 100 steps and removals that remove nothing.
 * A missing parent is left to the check of references; the item resolves without it.
 */
export function createResolver(
  items: ReadonlyMap<string, readonly RawItem[]>,
  kinds: ReadonlyMap<string, KindSchema>,
  report: (diagnostic: Diagnostic) => void,
): Resolver {
  const resolved = new Map<string, ResolvedItem>();
  const cut = new Set<string>();

  function resolve(wanted: string): ResolvedItem | undefined {
    const chain: string[] = [];
    const inChain = new Set<string>();
    for (let key: string | undefined = wanted; key !== undefined && !resolved.has(key); ) {
      if (!items.has(key)) break;
      if (inChain.has(key)) {
        const circle = chain.slice(chain.indexOf(key));
        for (const each of circle) cut.add(each);
        reportCycle(circle);
        break;
      }
      chain.push(key);
      inChain.add(key);
      key = parentOf(key);
    }
    for (const key of chain.reverse()) resolved.set(key, resolveOne(key));
    return resolved.get(wanted);
  }

  function parentOf(key: string): string | undefined {
    const raws = items.get(key) ?? [];
    const field = schemaOf(raws).parentField;
    const value = field && parentValue(raws, field);
    return value?.type === "scalar" ? `${field?.parent}/${value.value}` : undefined;
  }

  function schemaOf(raws: readonly RawItem[]): KindSchema {
    const schema = kinds.get(raws[0]?.key.kind ?? "");
    if (schema === undefined) throw new Error("an item of a kind without a schema was composed");
    return schema;
  }

  function resolveOne(key: string): ResolvedItem {
    const raws = items.get(key) ?? [];
    const schema = schemaOf(raws);
    const named = parentOf(key);
    let parent = named === undefined || cut.has(key) ? undefined : resolved.get(named);
    if (parent !== undefined && parent.ancestors.length >= DEEPEST_CHAIN) {
      reportDepth(raws, schema);
      parent = undefined;
    }
    const isMissing = named !== undefined && parent === undefined;
    let whole = !isMissing && parent?.whole !== false;
    let body = parent?.body;
    for (const raw of raws) {
      const unmatched: DeclaredRemoval[] = [];
      body = mergeMessage(body, raw.body, schema.message, (removal) => unmatched.push(removal));
      if (whole) for (const removal of unmatched) reportUnmatched(removal);
      whole &&= raw.document.complete;
    }
    if (body === undefined) throw new Error("an item without documents was composed");
    const ancestors = parent === undefined ? [] : [named ?? "", ...parent.ancestors];
    const missing = isMissing ? { missingParent: named } : {};
    return { key: raws[0]?.key ?? { kind: "", name: "" }, schema, raws, body, ancestors, whole, ...missing };
  }

  function reportCycle(circle: readonly string[]): void {
    const start = circle.indexOf([...circle].sort()[0] ?? "");
    const ordered = [...circle.slice(start), ...circle.slice(0, start)];
    const [places, names] = [ordered.map(parentPlace), ordered.map((key) => key.slice(key.indexOf("/") + 1))];
    const first = places[0];
    if (first === undefined) return;
    report(
      findingAt(first.origin, first.location, {
        rule: "inheritance-cycle",
        severity: "error",
        message: `found an inheritance in a circle: ${[...names, names[0]].join(" → ")}`,
        hint: "let one of them inherit from another item, or from none",
        field: first.field,
        related: places
          .slice(1, 100)
          .flatMap((place, index) =>
            place === undefined
              ? []
              : [{ message: `${names[index + 1]} names its parent here`, location: place.location }],
          ),
      }),
    );
  }

  function parentPlace(key: string) {
    const raws = items.get(key) ?? [];
    const field = schemaOf(raws).parentField;
    const value = field && parentValue(raws, field);
    if (field === undefined || value === undefined) return undefined;
    return { origin: value.origin, location: placeOf(value), field: field.name };
  }

  function reportDepth(raws: readonly RawItem[], schema: KindSchema): void {
    const place = parentPlace(`${schema.kind}/${raws[0]?.key.name}`);
    if (place === undefined) return;
    const message = `found a chain of more than ${DEEPEST_CHAIN} parents, expected at most that`;
    const text = {
      rule: "inheritance-depth",
      severity: "error",
      message,
      hint: "inherit from an item nearer the root",
    } as const;
    report(findingAt(place.origin, place.location, { ...text, field: place.field }));
  }

  function reportUnmatched(removal: DeclaredRemoval): void {
    report(
      findingAt(removal.origin, placeOf(removal), {
        rule: "removal-without-match",
        severity: "warning",
        message: `found a removal of ${removal.path}, which nothing inherited has`,
        hint: "remove it, or correct the name",
        field: removal.path,
      }),
    );
  }

  return { resolve, count: () => resolved.size };
}

/** What the highest layer that says anything about the parent says. */
function parentValue(raws: readonly RawItem[], field: FieldSchema) {
  return raws.map((raw) => raw.body.fields.get(field.name)).findLast((value) => value !== undefined);
}
