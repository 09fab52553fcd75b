import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLastingDatabase } from "../../test/support/database.ts";
import { execute } from "./database.ts";
import { DatabaseError, DatabaseUnreachable, DataDirectoryTaken } from "./errors.ts";
import { migrationsDigest } from "./migrations.ts";
import { openDatabase } from "./open-database.ts";
import { design } from "./schema.ts";
import { templateDirectory } from "./template-cache.ts";

let directory: string;
const cacheHome = process.env.XDG_CACHE_HOME;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bedplate-open-"));
});

afterEach(() => {
  if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheHome;
  rmSync(directory, { recursive: true, force: true });
});

/** A process that opens a data directory, writes one row, says so, and stays until it is killed. */
async function startHolder(dataDir: string) {
  const script = `
    const { openDatabase } = await import(${JSON.stringify(new URL("./open-database.ts", import.meta.url).href)});
    const { db } = await openDatabase({ dataDir: ${JSON.stringify(dataDir)} });
    await db.execute("insert into bedplate.design (name, revision, valid) values ('kept', 3, true)");
    console.log("written");
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  await Promise.race([once(createInterface({ input: holder.stdout }), "line"), ended]);
  expect(holder.exitCode).toBeNull();
  return {
    pid: holder.pid,
    async killHard() {
      holder.kill("SIGKILL");
      await ended;
    },
  };
}

test("a second process is refused and told who has the directory; after kill -9 the directory opens with what was written", async () => {
  const dataDir = join(directory, "data");
  const holder = await startHolder(dataDir);
  try {
    const refused = await openDatabase({ dataDir }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataDirectoryTaken);
    expect(refused).toMatchObject({ pid: holder.pid, directory: dataDir });
    expect(String(refused)).toContain(`in use by process ${holder.pid}`);
  } finally {
    await holder.killHard();
  }
  const database = await openDatabase({ dataDir });
  expect(await database.db.select({ name: design.name }).from(design)).toEqual([{ name: "kept" }]);
  await database.close();
});

test("the directory is free again once the database is closed, also within one process", async () => {
  const first = await openDatabase({ dataDir: directory });
  await expect(openDatabase({ dataDir: directory })).rejects.toMatchObject({ pid: process.pid });
  await first.close();
  const second = await openDatabase({ dataDir: directory });
  await second.close();
});

test("a start that was killed half-way is begun again", async () => {
  const first = await openDatabase({ dataDir: directory });
  await first.close();
  rmSync(join(directory, "pgdata"), { recursive: true });
  const half = join(directory, "pgdata.new");
  mkdirSync(half);
  writeFileSync(join(half, "PG_VERSION"), "18\n");
  const second = await openDatabase({ dataDir: directory });
  expect(await second.db.select().from(design)).toEqual([]);
  expect(existsSync(half)).toBe(false);
  await second.close();
});

test("a damaged template in the cache is made anew", async () => {
  process.env.XDG_CACHE_HOME = directory;
  const first = await openDatabase({ memory: true });
  await first.close();
  const [name] = readdirSync(templateDirectory());
  expect(name).toContain(migrationsDigest().slice(0, 16));
  const cached = join(templateDirectory(), String(name));
  writeFileSync(cached, "not an archive");
  const second = await openDatabase({ memory: true });
  expect(await second.db.select().from(design)).toEqual([]);
  expect(statSync(cached).size).toBeGreaterThan(1_000_000);
  await second.close();
});

test("a data directory that can't be one is a one-line error with the next step", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  const error = await openDatabase({ dataDir: join(file, "data") }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String(error)).toMatch(
    /^DatabaseError: the data directory \S+ can't be used: .*; choose another with --data$/,
  );
});

test("an unreachable PostgreSQL is a one-line error without the password", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  probe.close();
  await once(probe, "close");
  const error = await openDatabase({ url: `postgres://me:hunter2@127.0.0.1:${port}/bedplate` }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatabaseUnreachable);
  expect(String(error)).toContain(
    `127.0.0.1:${port}/bedplate can't be reached: nothing listens there; check DATABASE_URL`,
  );
  expect(String(error)).not.toMatch(/hunter2|\n/);
  await expect(openDatabase({ url: "hunter2" })).rejects.toThrow("the database URL is not one");
});

test("of starts at the same time on one new database each finds it migrated, or is told that it is taken", () =>
  withLastingDatabase(async (open) => {
    const first = await open();
    await first.db.execute(sql`drop schema bedplate cascade`);
    await first.db.execute(sql`drop schema bedplate_migrations cascade`);
    await first.close();
    const starts = await Promise.allSettled([open(), open(), open()]);
    const opened = starts.filter((start) => start.status === "fulfilled");
    for (const start of opened) await start.value.close();
    expect(opened.length).toBeGreaterThan(0);
    const refused = starts.filter((start) => start.status === "rejected");
    for (const start of refused) expect(start.reason).toBeInstanceOf(DataDirectoryTaken);
    const last = await open();
    expect(await last.db.select().from(design)).toEqual([]);
    await last.close();
  }));

test("a database written by a newer version is refused", () =>
  withLastingDatabase(async (open) => {
    const first = await open();
    await execute(
      first.db,
      sql`insert into bedplate_migrations.applied (hash, created_at) values ('later', ${String(Date.now() + 1e12)}::bigint)`,
    );
    await first.close();
    await expect(open()).rejects.toThrow(/was written by a newer version of Bedplate/);
  }));
