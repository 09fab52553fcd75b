import { randomUUID } from "node:crypto";
import { ConnectError } from "@connectrpc/connect";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import type { Random } from "../fuzz/random.ts";
import { documentOf, type StateClient } from "../support/state-service.ts";
import type { Answer, Attempt, ChangeWords, Declaration, Report } from "./attempt.ts";
import { randomChange } from "./random-change.ts";

/** The design everybody changes. */
export const DESIGN = "lab";

/** How often one caller tries, and what it is called in the ids of its attempts. */
export interface CommitLoop {
  readonly name: string;
  readonly attempts: number;
  readonly random: Random;
  /** Told of each attempt before it is made, and of its answer. */
  readonly report: (report: Report) => void;
}

/** Changes a design at random, as often as told, without regard for others who do the same. */
export async function commitAtRandom(
  client: StateClient,
  { name, attempts, random, report }: CommitLoop,
): Promise<void> {
  for (let index = 0; index < attempts; index++) {
    const words = randomChange(random);
    await attempt(client, `${name}-${index}`, words, random, report);
  }
}

/** Makes one change through OpenChange and Commit; half of the callers say which revision they saw last. */
async function attempt(
  client: StateClient,
  id: string,
  words: ChangeWords,
  random: Random,
  report: CommitLoop["report"],
): Promise<void> {
  const seen = random.onceIn(2) ? (await client.getDesign({ design: DESIGN })).design?.revision : undefined;
  const answer = await answerOf(async () => {
    const { changeId, baseRevision } = await client.openChange({
      ...{ design: DESIGN, layers: [...words.layers], requestId: randomUUID(), message: id },
      ...(seen !== undefined && { expectedRevision: seen }),
    });
    await fill(client, changeId, words);
    const attempt: Attempt = { id, words, base: Number(baseRevision) };
    report({ trying: attempt });
    const mode = words.replaces ? CommitMode.REPLACE_LAYER : CommitMode.PATCH;
    const { revision, changed } = await client.commit({ changeId, mode });
    return { acknowledged: Number(revision?.number), changed };
  });
  if ("refused" in answer) report({ trying: { id, words } });
  report({ id, answer });
}

async function fill(client: StateClient, changeId: string, { layers, declarations, deletions }: ChangeWords) {
  for (const layer of layers) {
    const documents = declarations.filter((each) => each.layer === layer).map(documentFor);
    if (documents.length > 0) await client.putDocuments({ changeId, layer, documents });
    const keys = deletions.filter((each) => each.layer === layer).map(({ kind, name }) => ({ kind, name }));
    if (keys.length > 0) await client.deleteDocuments({ changeId, layer, keys });
  }
}

/** The document of a declaration; where it stands does not change, so that only what it says does. */
export function documentFor({ kind, name, spec }: Declaration) {
  return documentOf(kind, name, spec);
}

async function answerOf(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const reason = ErrorReason[errorDetail(error)?.reason ?? ErrorReason.UNSPECIFIED] ?? "";
    return { refused: reason, message: error.rawMessage };
  }
}
