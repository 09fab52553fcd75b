import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { textArray } from "./json-list.ts";

/** The items ("Kind/name") of a design's head that were made from one of these inputs. */
export async function dependentsByInputs(
  tx: Db,
  design: string,
  inputs: readonly string[],
): Promise<readonly string[]> {
  if (inputs.length === 0) return [];
  const rows = await execute<{ key: string }>(
    tx,
    sql`select kind || '/' || name as key from bedplate.item_trace where design = ${design} and inputs && ${textArray(inputs)}`,
  );
  return rows.map(({ key }) => key);
}

/** The items ("Kind/name") of a design's head at whose evaluation one of these was looked at. */
export async function dependentsByLooks(tx: Db, design: string, looks: readonly string[]): Promise<readonly string[]> {
  if (looks.length === 0) return [];
  const rows = await execute<{ key: string }>(
    tx,
    sql`select kind || '/' || name as key from bedplate.item_trace where design = ${design} and looks && ${textArray(looks)}`,
  );
  return rows.map(({ key }) => key);
}

/** A key of a group rule. */
export interface GroupKey {
  readonly rule: string;
  readonly keyId: string;
}

/** The keys of group rules at whose check one of these was looked at. */
export async function groupsByLooks(tx: Db, design: string, looks: readonly string[]): Promise<readonly GroupKey[]> {
  if (looks.length === 0) return [];
  return execute<GroupKey & Record<string, unknown>>(
    tx,
    sql`
      select rule, key_id as "keyId" from bedplate.group_trace
      where design = ${design} and looks && ${textArray(looks)}`,
  );
}
