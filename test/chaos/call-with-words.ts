import { randomUUID } from "node:crypto";
import { ConnectError } from "@connectrpc/connect";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Revision } from "../../gen/bedplate/design/v1/revision_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import type { Random } from "../fuzz/random.ts";
import { documentOf, type StateClient } from "../support/state-service.ts";
import type { Answer, ChangeWords, Declaration, Report } from "./attempt.ts";
import { API_LAYER, DESIGN, type ItemWords } from "./random-change.ts";

/** Somebody who makes one attempt, and reports it before and after. */
export interface Caller {
  readonly client: StateClient;
  /** Of the attempt. */
  readonly id: string;
  readonly random: Random;
  readonly report: (report: Report) => void;
}

/** Makes one change through OpenChange and Commit; half of the callers say which revision they saw last. */
export async function commitChange(caller: Caller, words: ChangeWords): Promise<void> {
  const { client, id, report } = caller;
  const seen = await maybeSeen(caller);
  const answer = await answerOf(async () => {
    const { changeId, baseRevision } = await client.openChange({
      ...{ design: DESIGN, layers: [...words.layers], requestId: randomUUID(), message: id },
      ...seen,
    });
    await fill(client, changeId, words);
    report({ trying: { id, words, base: Number(baseRevision) } });
    return client.commit({ changeId, mode: words.replaces ? CommitMode.REPLACE_LAYER : CommitMode.PATCH });
  });
  if ("refused" in answer) report({ trying: { id, words } });
  report({ id, answer });
}

async function fill(client: StateClient, changeId: string, { layers, declarations, deletions }: ChangeWords) {
  for (const layer of layers) {
    const own = declarations.filter((each) => each.layer === layer);
    // Where a document stands doesn't change, so that only what it says does.
    const documents = own.map(({ kind, name, spec }) => documentOf(kind, name, spec));
    if (documents.length > 0) await client.putDocuments({ changeId, layer, documents });
    const keys = deletions.filter((each) => each.layer === layer).map(({ kind, name }) => ({ kind, name }));
    if (keys.length > 0) await client.deleteDocuments({ changeId, layer, keys });
  }
}

/** Changes single items; some callers say which revision they saw last, and some what the declaration said. */
export async function changeItems(caller: Caller, words: ItemWords): Promise<void> {
  const { client, id, random, report } = caller;
  const { how, declarations, deletions, tagged = [] } = words;
  const seen = await maybeSeen(caller);
  const tags = tagged.map(({ tags, ...key }) => ({ ...key, spec: { metadata: { tags: [...tags] } } }));
  const [one] = [...declarations, ...tags, ...deletions.map((key) => ({ ...key, spec: {} }))];
  if (one === undefined) throw new Error("a change of nothing");
  const saw = how !== "create" && how !== "batch" && random.onceIn(2) ? await declarationOf(client, one) : undefined;
  const base = seen === undefined ? {} : { base: Number(seen.expectedRevision) };
  report({ trying: { id, words, ...base, ...(saw !== undefined && { saw: saw.declaration }) } });
  const { kind, name, spec } = one;
  const common = { design: DESIGN, layer: API_LAYER, message: id, allowInvalid: true, ...seen };
  const document = { kind, name, spec };
  const etag = saw?.etag ?? "";
  const update = { document, etag, allowMissing: true };
  const answer = await answerOf(() => {
    switch (how) {
      case "create":
        return client.createItem({ ...common, document });
      case "update":
        return client.updateItem({ ...common, ...update });
      case "tag":
        return client.updateItem({ ...common, document, etag, fields: ["metadata.tags"] });
      case "delete":
        return client.deleteItem({ ...common, kind, name, etag });
      case "batch": {
        const deletes = deletions.map((value) => ({ operation: { case: "delete" as const, value } }));
        const operations = [...deletes, { operation: { case: "update" as const, value: update } }];
        return client.batchChangeItems({ ...common, operations });
      }
    }
  });
  report({ id, answer });
}

/** What the layer of API clients says of an item, and its etag; undefined when it says nothing. */
async function declarationOf(client: StateClient, { kind, name }: Declaration) {
  const filter = `name == "${name}"`;
  const { items } = await client.listRawItems({ design: DESIGN, layer: API_LAYER, kind, filter });
  const [found] = items;
  if (found === undefined) return undefined;
  return { etag: found.digest, declaration: { layer: API_LAYER, kind, name, spec: found.spec ?? {} } };
}

/** Restores some revision that has the layer of API clients. */
export async function restoreRevision({ client, id, random, report }: Caller): Promise<void> {
  const { design } = await client.getDesign({ design: DESIGN });
  const head = design?.revision ?? 0n;
  const revision = 2 + random.below(Number(head) - 1);
  const isExpected = random.onceIn(2);
  const words = { layers: [], replaces: false, declarations: [], deletions: [], restores: revision };
  report({ trying: { id, words, ...(isExpected && { base: Number(head) }) } });
  const request = { design: DESIGN, revision: BigInt(revision), message: id };
  const answer = await answerOf(() =>
    client.restoreRevision({ ...request, ...(isExpected && { expectedRevision: head }) }),
  );
  report({ id, answer });
}

async function maybeSeen({ client, random }: Caller): Promise<{ expectedRevision: bigint } | undefined> {
  if (random.onceIn(2)) return undefined;
  return { expectedRevision: (await client.getDesign({ design: DESIGN })).design?.revision ?? 0n };
}

interface Made {
  readonly revision?: Revision | undefined;
  readonly changed: boolean;
}

async function answerOf(call: () => Promise<Made>): Promise<Answer> {
  try {
    const { revision, changed } = await call();
    return { acknowledged: Number(revision?.number), changed };
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const reason = ErrorReason[errorDetail(error)?.reason ?? ErrorReason.UNSPECIFIED] ?? "";
    return { refused: reason, message: error.rawMessage };
  }
}
