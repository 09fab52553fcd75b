import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { textArray } from "../store/text-array.ts";
import { indexed } from "./indexed-text.ts";

/** An item ("Kind/name") that depends on something: it was made from it, or it was looked at when it was evaluated. */
export interface Dependent {
  readonly key: string;
  readonly isMade: boolean;
}

/** The items of a design's head that were made from one of some inputs, or at whose evaluation one of some things was looked at. */
export async function findDependents(
  tx: Db,
  design: string,
  { inputs, looks }: { readonly inputs: readonly string[]; readonly looks: readonly string[] },
): Promise<readonly Dependent[]> {
  if (inputs.length + looks.length === 0) return [];
  return execute<Dependent & Record<string, unknown>>(
    tx,
    sql`
      with asked as materialized (select ${textArray(inputs.map(indexed))} as inputs, ${textArray(looks.map(indexed))} as looks)
      select kind || '/' || name as key, inputs && (select inputs from asked) as "isMade" from bedplate.item_trace
      where design = ${design} and (inputs && (select inputs from asked) or looks && (select looks from asked))`,
  );
}

/** A key of a group rule. */
export interface GroupKey {
  readonly rule: string;
  readonly keyId: string;
}
