import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { migrationConfig, migrationsDigest } from "./migrations.ts";

const LARGEST_TEMPLATE_BYTES = 256 * 1024 * 1024;
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
const SUFFIX = ".tar.zst";

/** Where templates are kept: one directory per user, outside any project. */
export function templateDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "bedplate", "database");
}

/**
 * A data directory of the embedded database with every migration applied, as an archive: making one takes seconds, loading it a fraction of one. It is
 * cached by the database's version and the migrations; a cached one that is damaged, or a cache that can't be written, only costs those seconds.
 */
export async function databaseTemplate(): Promise<Blob> {
  const file = join(templateDirectory(), `pglite-${pgliteVersion()}-${migrationsDigest().slice(0, 16)}${SUFFIX}`);
  return readTemplate(file) ?? (await makeTemplate(file));
}

function readTemplate(file: string): Blob | undefined {
  try {
    const archive = zstdDecompressSync(readFileSync(file), { maxOutputLength: LARGEST_TEMPLATE_BYTES });
    const now = new Date();
    utimesSync(file, now, now);
    return new Blob([archive]);
  } catch {
    return undefined;
  }
}

async function makeTemplate(file: string): Promise<Blob> {
  const pglite = await PGlite.create();
  try {
    await migrate(drizzle({ client: pglite }), migrationConfig);
    await pglite.exec("vacuum analyze");
    await pglite.exec("checkpoint");
    const archive = await pglite.dumpDataDir("none");
    writeTemplate(file, Buffer.from(await archive.arrayBuffer()));
    return archive;
  } finally {
    await pglite.close();
  }
}

function writeTemplate(file: string, archive: Buffer): void {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const checked = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
    writeFileSync(unfinished, zstdCompressSync(archive, { params: checked }), { mode: 0o600 });
    renameSync(unfinished, file);
    removeUnused(dirname(file));
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function removeUnused(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (name.includes(SUFFIX) && Date.now() - statSync(path).mtimeMs > UNUSED_MS) rmSync(path, { force: true });
  }
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8"));
  return (manifest as { version: string }).version;
}
