import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { type Db, execute } from "../../src/db/database.ts";
import { migrationConfig } from "../../src/db/migrations.ts";

/**
 * Makes a database what it was when `last` was the newest migration, with the rows it holds: tables and columns that came later are gone, and so is the
 * memory of later migrations, so that the next start applies them to those rows.
 */
export async function takeBackTo(db: Db, last: string): Promise<void> {
  const all = entries();
  const kept = all.slice(0, all.findIndex(({ tag }) => tag === last) + 1);
  const names = await execute<{ name: string }>(
    db,
    sql`select relname as name from pg_class where relnamespace = 'bedplate'::regnamespace and relkind = 'r'`,
  );
  const rows = new Map<string, string>();
  for (const { name } of names) {
    const [found] = await execute<{ rows: string }>(
      db,
      sql`select coalesce(jsonb_agg(t), '[]')::text as rows from bedplate.${sql.identifier(name)} t`,
    );
    rows.set(name, found?.rows ?? "[]");
  }
  await db.execute(sql`drop schema bedplate cascade`);
  for (const { tag } of kept) {
    const text = readFileSync(join(migrationConfig.migrationsFolder, `${tag}.sql`), "utf8");
    for (const statement of text.split("--> statement-breakpoint")) await db.execute(sql.raw(statement));
  }
  for (const [name, list] of rows) {
    const table = sql`bedplate.${sql.identifier(name)}`;
    const [found] = await execute<{ there: boolean }>(
      db,
      sql`select to_regclass(${`bedplate.${name}`}::text) is not null as there`,
    );
    if (found?.there !== true) continue;
    await db.execute(
      sql`insert into ${table} select * from jsonb_populate_recordset(null::${table}, ${list}::text::jsonb)`,
    );
  }
  await db.execute(sql`delete from bedplate_migrations.applied where created_at > ${kept.at(-1)?.when ?? 0}`);
}

function entries(): ReadonlyArray<{ readonly tag: string; readonly when: number }> {
  return JSON.parse(readFileSync(join(migrationConfig.migrationsFolder, "meta/_journal.json"), "utf8")).entries;
}
