import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { type Database, execute } from "../../src/db/database.ts";
import { documentToMessage } from "../../src/design/to-message.ts";
import { type FollowedSource, type LookTools, lookAt } from "../../src/sources/look.ts";
import type { SourceContent, SourceReader } from "../../src/sources/source.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { gitSource, withSources } from "../support/followed-sources.ts";
import { withGitRepository } from "../support/git-repository.ts";
import { stateClient } from "../support/state-service.ts";

const site = "apiVersion: bedplate/v1\nkind: Site\nmetadata: {name: lab}\nspec: {domain: lab.example}\n";

function content(position: string): SourceContent {
  const location = { uri: "site.yaml", line: 1, column: 1 };
  const document = {
    ...{ kind: "Site", name: "lab", spec: { domain: `${position}.example` }, location, source: { line: 1, column: 1 } },
    ...{ part: "", complete: true, form: "test", conversions: [] },
  };
  return { position, documents: [documentToMessage(document)], diagnostics: [], message: "", metadata: {} };
}

function followed(reader: SourceReader): FollowedSource {
  return { name: "one", type: "git", design: "lab", fingerprint: "f", reader };
}

function tools(database: Database, more: Partial<LookTools> = {}): LookTools {
  const client = stateClient(database);
  const stop = new AbortController().signal;
  return { db: database.db, designState: () => client, stop, holdMs: 60_000, lookMs: 60_000, ...more };
}

async function rowOf(database: Database) {
  const [row] = await execute<Record<string, unknown>>(
    database.db,
    sql`select position, revision::text as revision, error, holder, held_until is null as free,
      checked_at is not null as checked from bedplate.source_state where name = 'one'`,
  );
  return row;
}

/** Reads until its signal aborts; `began` resolves when it has begun. */
function endless(): { readonly reader: SourceReader; readonly began: Promise<void> } {
  let begin: () => void = () => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const read: SourceReader["read"] = (_since, signal) =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
      begin();
    });
  return { reader: { read }, began };
}

test("of two processes that look at once one does, and the other is told so", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, `${folder}/a`, [gitSource(repository.url)], (one) =>
        withSources(database, `${folder}/b`, [gitSource(repository.url)], async (other, state) => {
          repository.commit({ "site.yaml": site }, "one");
          const both = await Promise.allSettled([one.sync("site"), other.sync("site")]);
          expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
          const lost = both.find((each) => each.status === "rejected");
          const refusal = lost?.status === "rejected" ? lost.reason : undefined;
          expect(await failureOf(Promise.reject(refusal))).toMatchObject({ reason: "OPERATION_IN_PROGRESS" });
          expect((await state.getDesign({ design: "lab" })).design?.revision).toBe(1n);
          // Whoever looks next goes on where the other was.
          expect(await one.sync("site")).toMatchObject({ changed: false });
          expect(await other.sync("site")).toMatchObject({ changed: false });
        }),
      ),
    ),
  ));

test("a look whose hold was taken over ends, and writes nothing over what the other says", () =>
  withDatabase(async (database) => {
    const { reader, began } = endless();
    const look = lookAt(followed(reader), tools(database, { holdMs: 30 }), 0);
    await began;
    await database.db.execute(
      sql`update bedplate.source_state set holder = 'other', held_until = now() + interval '1 hour'`,
    );
    expect(await look).toMatchObject({ is: "failed" });
    expect(await rowOf(database)).toMatchObject({ holder: "other", error: "", checked: false });
  }));

test("a look holds its source while it lasts, and ends without a record when the server stops", () =>
  withDatabase(async (database) => {
    const stop = new AbortController();
    const { reader, began } = endless();
    const look = lookAt(followed(reader), tools(database, { stop: stop.signal }), 0);
    await began;
    expect(await lookAt(followed(reader), tools(database), 0)).toEqual({ is: "taken" });
    stop.abort(new Error("the server stops"));
    expect(await look).toMatchObject({ is: "failed" });
    expect(await rowOf(database)).toMatchObject({ holder: "", free: true, error: "", checked: false });
  }));

test("a look that takes too long is given up, and that is on record", () =>
  withDatabase(async (database) => {
    const { reader } = endless();
    expect(await lookAt(followed(reader), tools(database, { lookMs: 20 }), 0)).toMatchObject({ is: "failed" });
    expect(await rowOf(database)).toMatchObject({ free: true, error: "looking at it took too long", checked: true });
  }));

test("nobody looks again within the rest, unless asked to", () =>
  withDatabase(async (database) => {
    const seen: string[] = [];
    let position = "a";
    const source = followed({
      read(since) {
        seen.push(since);
        return Promise.resolve(since === position ? undefined : content(position));
      },
    });
    expect(await lookAt(source, tools(database), 3_600_000)).toEqual({ is: "done", changed: true });
    expect(await lookAt(source, tools(database), 3_600_000)).toEqual({ is: "fresh" });
    position = "b";
    expect(await lookAt(source, tools(database), 0)).toEqual({ is: "done", changed: true });
    expect(await lookAt(source, tools(database), 0)).toEqual({ is: "done", changed: false });
    expect(seen).toEqual(["", "a", "b"]);
    expect(await rowOf(database)).toMatchObject({ position: "b", revision: "2", error: "" });
    // Followed into another design it begins anew.
    expect(await lookAt({ ...source, design: "other" }, tools(database), 0)).toEqual({ is: "done", changed: true });
    expect(seen.at(-1)).toBe("");
    expect(await rowOf(database)).toMatchObject({ position: "b", revision: "1" });
  }));

test("a commit that is refused is on record with the next step, and what was committed stays", () =>
  withDatabase(async (database) => {
    let position = "a";
    const reader: SourceReader = { read: () => Promise.resolve(content(position)) };
    await lookAt(followed(reader), tools(database), 0);
    position = "b";
    const intruder: FollowedSource = { ...followed(reader), name: "two" };
    expect(await lookAt(intruder, tools(database), 0)).toMatchObject({ is: "failed" });
    const [row] = await execute<{ error: string }>(
      database.db,
      sql`select error from bedplate.source_state where name = 'two'`,
    );
    expect(row?.error).toBe('layer "main" is written by git:one alone; change it there, or choose another layer');
    expect(await rowOf(database)).toMatchObject({ position: "a", revision: "1", error: "" });
  }));
