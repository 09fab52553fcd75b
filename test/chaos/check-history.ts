import { eq } from "drizzle-orm";
import type { Revision } from "../../gen/bedplate/design/v1/revision_pb.js";
import type { Database, Db } from "../../src/db/database.ts";
import { design } from "../../src/db/schema.ts";
import { type StateClient, stateClient } from "../support/state-service.ts";
import type { Attempts, Declaration } from "./attempt.ts";
import { eventProblems } from "./check-events.ts";
import { DESIGN } from "./random-change.ts";
import { declarationKey, type ModelState, replay, stateText } from "./replay.ts";
import { revisionProblems } from "./whole-revision.ts";

/** What a check of a design's history found. */
export interface Verdict {
  readonly revisions: number;
  readonly acknowledged: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Attempts nobody was told the end of. */
  readonly unknown: number;
  /** How many revisions have no errors. */
  readonly valid: number;
  readonly problems: readonly string[];
}

/**
 * Compares the history of the design with what those who changed it were told: every acknowledged change is there as a revision of its own, in its place, whole; no
 * refused one is; one of unknown end is there whole or not at all. At every revision the declarations are those of a plain model, and the effective
 * items and diagnostics what evaluating those declarations gives. Those who watch are told of every revision and all it changed, without gaps.
 */
export async function checkHistory(database: Database, attempts: Attempts): Promise<Verdict> {
  const client = stateClient(database);
  const revisions = await allRevisions(client);
  const { states, problems: found } = replay(
    attempts,
    revisions.map(({ message }) => message),
  );
  const problems = [...found];
  for (const [index, each] of revisions.entries()) {
    if (Number(each.number) !== index + 1) problems.push(`revision ${each.number} stands in place ${index + 1}`);
  }
  for (const [number, expected] of states.entries()) {
    if (number === 0) continue;
    problems.push(...compareStates(number, expected, await readState(client, number)));
    problems.push(...(await revisionProblems(database.db, DESIGN, BigInt(number))));
  }
  problems.push(...(await headProblems(database.db, revisions)));
  problems.push(...(await eventProblems(database, revisions.length)));
  problems.push(...oddRefusals(attempts));
  const answers = [...attempts.answers.values()];
  const acknowledged = answers.flatMap((each) => ("acknowledged" in each ? [each] : []));
  return {
    revisions: revisions.length,
    acknowledged: acknowledged.filter(({ changed }) => changed).length,
    unchanged: acknowledged.filter(({ changed }) => !changed).length,
    refused: answers.length - acknowledged.length,
    unknown: attempts.tried.size - answers.length,
    valid: revisions.filter(({ valid }) => valid).length,
    problems,
  };
}

async function allRevisions(client: StateClient): Promise<readonly Revision[]> {
  const revisions: Revision[] = [];
  for (let pageToken = ""; ; ) {
    const page = await client.listRevisions({ design: DESIGN, pageSize: 1000, pageToken });
    revisions.push(...page.revisions);
    pageToken = page.nextPageToken;
    if (pageToken === "") return revisions.reverse();
  }
}

async function readState(client: StateClient, number: number): Promise<ModelState> {
  const revision = BigInt(number);
  const { layers } = await client.listLayers({ design: DESIGN, revision });
  const declarations = new Map<string, Declaration>();
  for (let pageToken = ""; ; ) {
    const page = await client.listRawItems({ design: DESIGN, revision, pageSize: 1000, pageToken });
    for (const { layer, kind, name, spec = {} } of page.items) {
      const one = { layer, kind, name, spec };
      declarations.set(declarationKey(one), one);
    }
    pageToken = page.nextPageToken;
    if (pageToken === "") return { layers: new Set(layers.map(({ name }) => name)), declarations };
  }
}

function compareStates(number: number, expected: ModelState, found: ModelState): readonly string[] {
  const [should, is] = [stateText(expected).split("\n"), stateText(found).split("\n")];
  const missing = should.filter((line) => !is.includes(line)).map((line) => `revision ${number} lacks ${line}`);
  const surplus = is.filter((line) => !should.includes(line)).map((line) => `revision ${number} must not have ${line}`);
  return [...missing, ...surplus];
}

async function headProblems(db: Db, revisions: readonly Revision[]): Promise<readonly string[]> {
  const [head] = await db.select().from(design).where(eq(design.name, DESIGN));
  const last = revisions.at(-1);
  const fits = head?.revision === (last?.number ?? 0n) && (last === undefined || head.valid === last.valid);
  return fits ? [] : [`the head is ${head?.revision} (valid: ${head?.valid}), the last revision ${last?.number}`];
}

/**
 * Those who were too late are told that the design moved, or later still that their change was forgotten for it; and those who change single items that these are there,
 * aren't, or are others now. Nothing else is in the way.
 */
const expectedRefusals = ["REVISION_MOVED", "NOT_FOUND", "ALREADY_EXISTS", "ETAG_MISMATCH"];

function oddRefusals({ answers }: Attempts): readonly string[] {
  return [...answers].flatMap(([id, answer]) =>
    "refused" in answer && !expectedRefusals.includes(answer.refused)
      ? [`${id}: ${answer.refused}: ${answer.message}`]
      : [],
  );
}
