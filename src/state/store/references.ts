import { and, asc, gt, gte, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import type { ItemKey } from "../../design/item-key.ts";
import { type ItemReference, itemReferences, type ReferenceStep, referenceWays } from "../../design/item-references.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { Kinds } from "./design-kinds.ts";
import { itemsOfKind, type RevisionOfDesign } from "./item-trees.ts";

const BATCH = 250;

/** A design as of a revision, and its kinds. */
export interface DesignAt extends RevisionOfDesign {
  readonly kinds: Kinds;
}

/** A reference, and the item whose it is. */
export interface FoundReference {
  readonly from: ItemKey;
  readonly to: ItemKey;
  readonly field: string;
  readonly isParent: boolean;
}

/** What an item names, by the paths of the fields. */
export function referencesFrom(from: ItemKey, tree: TreeMap, kinds: Kinds): readonly FoundReference[] {
  const schema = kinds.get(from.kind);
  return schema === undefined ? [] : itemReferences(tree, schema).map((each) => found(from, each));
}

function found(from: ItemKey, { field, kind, name, isParent }: ItemReference): FoundReference {
  return { from, to: { kind, name }, field, isParent };
}

/** Which references to an item are looked for. */
export interface IncomingQuery {
  readonly target: ItemKey;
  /** Only of items of this kind; empty for all. */
  readonly otherKind: string;
  /** Only those behind this one. */
  readonly after: Pick<FoundReference, "from" | "field"> | undefined;
}

/**
 * The references to an item, by the kind, name and field of who names it. Only items that name it are read, in batches: the database looks for them along the
 * fields that can.
 */
export async function* referencesTo(
  db: Db,
  design: DesignAt,
  { target, otherKind, after }: IncomingQuery,
): AsyncGenerator<FoundReference> {
  for (const [kind, schema] of [...design.kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if ((otherKind !== "" && kind !== otherKind) || (after !== undefined && kind < after.from.kind)) continue;
    const ways = referenceWays(schema, target.kind);
    if (ways.length === 0) continue;
    const condition = and(itemsOfKind(design, kind), namesTarget(ways, target));
    const begun = after?.from.kind === kind ? after : undefined;
    for await (const { name, tree } of readBatches(db, condition, begun?.from.name)) {
      for (const each of itemReferences(tree, schema)) {
        const isOf = each.kind === target.kind && each.name === target.name;
        const isBefore = begun?.from.name === name && each.field <= begun.field;
        if (isOf && !isBefore) yield found({ kind, name }, each);
      }
    }
  }
}

async function* readBatches(db: Db, condition: SQL | undefined, first: string | undefined) {
  let from = first === undefined ? undefined : gte(effectiveItem.name, first);
  for (;;) {
    const rows = await db
      .select({ name: effectiveItem.name, tree: effectiveItem.tree })
      .from(effectiveItem)
      .where(and(condition, from))
      .orderBy(asc(effectiveItem.name))
      .limit(BATCH);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    from = gt(effectiveItem.name, last.name);
  }
}

function namesTarget(ways: ReadonlyArray<readonly ReferenceStep[]>, { name }: ItemKey): SQL {
  const conditions = ways.map((way) => `@${way.map(pathText).join("")} == $name`);
  const path = `$ ? (${conditions.join(" || ")})`;
  return sql`jsonb_path_exists(${effectiveItem.tree}, ${path}::text::jsonpath, ${JSON.stringify({ name })}::text::jsonb)`;
}

function pathText(step: ReferenceStep): string {
  if (step === "every-entry") return ".*";
  return step === "any-depth" ? ".**" : `.${JSON.stringify(step.field)}`;
}
