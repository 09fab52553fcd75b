import { and, eq, inArray, sql } from "drizzle-orm";
import { type Db, execute } from "../db/database.ts";
import { sourceState } from "../db/schema.ts";

/** A source's row. */
export type SourceStateRow = typeof sourceState.$inferSelect;

/** Who wants to look at a source. */
export interface Hold {
  readonly name: string;
  readonly design: string;
  /** One of a kind for each look. */
  readonly holder: string;
  /** How long the hold lasts unless it is prolonged. */
  readonly holdMs: number;
  /** Only when nobody looked within this time; 0 to look whenever. */
  readonly restMs: number;
}

/** What came of asking for a hold: the source as it was committed last; or somebody has it; or somebody just looked. */
export type HoldAnswer =
  | {
      readonly is: "held";
      readonly committed: Pick<SourceStateRow, "design" | "position" | "fingerprint" | "revision">;
    }
  | { readonly is: "taken" | "fresh" };

/** Takes the hold on a source, by the database clock: one that ran out is free. */
export async function takeHold(db: Db, { name, design, holder, holdMs, restMs }: Hold): Promise<HoldAnswer> {
  const until = sql`now() + make_interval(secs => ${holdMs / 1000}::float8)`;
  const rows = await execute<{ design: string; position: string; fingerprint: string; revision: string }>(
    db,
    sql`insert into ${sourceState} (name, design, position, revision, error, holder, held_until)
      values (${name}, ${design}, '', 0, '', ${holder}, ${until})
      on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
      where (${sourceState.heldUntil} is null or ${sourceState.heldUntil} < now())
        and (${restMs}::float8 = 0 or ${sourceState.checkedAt} is null
          or ${sourceState.checkedAt} <= now() - make_interval(secs => ${restMs / 1000}::float8))
      returning design, position, fingerprint, revision::text as revision`,
  );
  const [row] = rows;
  if (row !== undefined) return { is: "held", committed: { ...row, revision: BigInt(row.revision) } };
  const [other] = await execute<{ held: boolean }>(
    db,
    sql`select held_until is not null and held_until >= now() as held from ${sourceState} where name = ${name}`,
  );
  return { is: other?.held === true ? "taken" : "fresh" };
}

/** Prolongs a hold. False when it was lost. */
export async function prolongHold(db: Db, { name, holder, holdMs }: Hold): Promise<boolean> {
  const rows = await execute(
    db,
    sql`update ${sourceState} set held_until = now() + make_interval(secs => ${holdMs / 1000}::float8)
      where name = ${name} and holder = ${holder} returning name`,
  );
  return rows.length > 0;
}

/** How a look ended. Absent members stay as they are. */
export interface LookRecord {
  readonly design?: string;
  readonly position?: string;
  readonly fingerprint?: string;
  readonly revision?: bigint;
  readonly error?: string;
  /** Whether a revision was made. */
  readonly committed?: boolean;
}

/** Records how a look ended and puts the hold down. Without a record the hold is put down, and nothing else. A hold that was lost leaves no record. */
export async function endHold(db: Db, { name, holder }: Hold, record?: LookRecord): Promise<void> {
  const { committed = false, ...said } = record ?? {};
  await db
    .update(sourceState)
    .set({
      ...{ holder: "", heldUntil: null },
      ...said,
      ...(record !== undefined && { checkedAt: sql`now()` }),
      ...(committed && { committedAt: sql`now()` }),
    })
    .where(and(eq(sourceState.name, name), eq(sourceState.holder, holder)));
}

/** Rows of sources, by name. */
export async function readSourceStates(db: Db, names: readonly string[]): Promise<ReadonlyMap<string, SourceStateRow>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .select()
    .from(sourceState)
    .where(inArray(sourceState.name, [...names]));
  return new Map(rows.map((row) => [row.name, row]));
}
