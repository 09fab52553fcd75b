import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  CommitMode,
  type CommitResponse,
  type DesignStateService,
} from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type Document, DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import type { Layer } from "../../gen/bedplate/design/v1/item_pb.js";
import type { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { itemKeyText } from "../design/item-key.ts";
import { messageBatches } from "../design/message-batches.ts";
import { errorDetail, failure } from "../mesh/failure.ts";
import { changedDocuments, type LayerChange, type LayerDigests } from "./changed-documents.ts";

type StateClient = Client<typeof DesignStateService>;
type DocumentInit = MessageInitShape<typeof DocumentSchema>;
type DiagnosticInit = MessageInitShape<typeof DiagnosticSchema>;

/** What is submitted: all documents of their layers, and what their consumer found. */
export interface Submission {
  readonly design: string;
  /** Layer of every document; without it each goes to the layer its `part` names, or to "main". */
  readonly layer?: string;
  readonly documents: readonly DocumentInit[];
  readonly diagnostics: readonly DiagnosticInit[];
  readonly expectedRevision?: bigint;
  /** Repeating it answers the same; a new one when absent. */
  readonly requestId?: string;
  readonly message?: string;
  /** What the source says of the revision, such as "git.commit". */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The configured source that writes, such as "git:plant7"; absent for anybody. */
  readonly source?: string;
}

/** What became of a submission. */
export interface Submitted {
  readonly committed: CommitResponse;
  /** How many documents were submitted. */
  readonly documents: number;
  /** How many of them had to be sent. */
  readonly documentsSent: number;
}

/** Documents sent at a time, and roughly how many bytes: well below the bound of a message. */
const batch = { count: 2000, bytes: 1_500_000 } as const;
const keysAtOnce = { count: 5000, bytes: 1_500_000 } as const;
const FINDINGS_AT_ONCE = 2000;
/** How often a submission begins again because the design moved meanwhile: each time somebody else got on. */
const MOST_ATTEMPTS = 8;

/**
 * Commits documents as the whole content of their layers, and of all layers of their source, in one revision, and sends only those that the design does not have. The design is created if there
 * is none of that name. When it moves meanwhile this begins again, unless a revision is expected: then it throws ABORTED with REVISION_MOVED.
 */
export async function submitDesign(
  designState: StateClient,
  submission: Submission,
  options: CallOptions = {},
): Promise<Submitted> {
  const { design, expectedRevision, requestId = randomUUID() } = submission;
  await designState.createDesign({ design }, options);
  const { layers } = await designState.listLayers({ design }, options);
  const byLayer = groupByLayer(submission, layers);
  refuseLayersOfApi(layers, byLayer);
  for (let attempt = 1; ; attempt++) {
    try {
      return await submitOnce(designState, { ...submission, requestId }, byLayer, options);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || expectedRevision !== undefined || !movedMeanwhile(error)) throw error;
    }
  }
}

/** Another commit came between; or somebody with the same request found that first, and put the change away. */
function movedMeanwhile(error: unknown): boolean {
  const reason = errorDetail(error)?.reason;
  return reason === ErrorReason.REVISION_MOVED || reason === ErrorReason.NOT_FOUND;
}

async function submitOnce(
  designState: StateClient,
  submission: Submission,
  byLayer: ReadonlyMap<string, readonly Document[]>,
  options: CallOptions,
): Promise<Submitted> {
  const { design, expectedRevision, requestId = "", message = "", metadata = {}, source = "" } = submission;
  const { changeId } = await designState.openChange(
    {
      ...{ design, layers: [...byLayer.keys()], requestId, message, metadata: { ...metadata }, source },
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    },
    options,
  );
  try {
    // Read after the change was opened: Commit refuses when the design moved from there, so these are its base's.
    const changes = new Map<string, LayerChange>();
    for (const [layer, documents] of byLayer)
      changes.set(layer, changedDocuments(documents, await readDigests(designState, design, layer, options)));
    await stage(designState, changeId, byLayer, changes, submission.diagnostics, options);
    const committed = await designState.commit(
      { changeId, mode: CommitMode.PATCH, allDiagnostics: true },
      { timeoutMs: 300_000, ...options },
    );
    const count = (lists: Iterable<readonly unknown[]>) => [...lists].reduce((sum, { length }) => sum + length, 0);
    const documentsSent = count([...changes.values()].map(({ put }) => put));
    return { committed, documents: count(byLayer.values()), documentsSent };
  } catch (error) {
    if (isRefusal(error)) await designState.dropChange({ changeId }, options).catch(() => {});
    throw error;
  }
}

/** To make a layer of API clients what files say would delete what they made. Throws FAILED_PRECONDITION with LAYER_OWNED. */
function refuseLayersOfApi(layers: readonly Layer[], byLayer: ReadonlyMap<string, unknown>): void {
  const owned = layers.find(({ name, source }) => source === "api" && byLayer.has(name));
  if (owned === undefined) return;
  const message = `layer "${owned.name}" is written by API clients, and to submit it whole would delete what they made`;
  throw failure(Code.FailedPrecondition, ErrorReason.LAYER_OWNED, message, {
    fieldPath: "layer",
    subject: owned.name,
    hint: "choose another layer, or change single items",
  });
}

/** The change came to nothing for good; after other errors the same request may yet go on with it. */
function isRefusal(error: unknown): boolean {
  const refusals = [Code.Aborted, Code.InvalidArgument, Code.FailedPrecondition, Code.ResourceExhausted];
  return error instanceof ConnectError && refusals.includes(error.code);
}

async function readDigests(
  designState: StateClient,
  design: string,
  layer: string,
  options: CallOptions,
): Promise<LayerDigests> {
  const digests = new Map<string, { kind: string; name: string; digest: string }>();
  let pageToken = "";
  do {
    const page = await designState.listDocumentDigests({ design, layer, pageSize: 1000, pageToken }, options);
    for (const each of page.digests) digests.set(itemKeyText(each), each);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return digests;
}

async function stage(
  designState: StateClient,
  changeId: string,
  byLayer: ReadonlyMap<string, readonly Document[]>,
  changes: ReadonlyMap<string, LayerChange>,
  found: readonly DiagnosticInit[],
  options: CallOptions,
): Promise<void> {
  const putting = async () => {
    for (const { layer, documents, diagnostics } of puts(byLayer, changes, found))
      await designState.putDocuments({ changeId, layer, documents, diagnostics }, options);
    // After the documents: those of a kind that goes are sealed as it says.
    for (const [layer, { gone }] of changes) {
      for (const keys of messageBatches(gone, keysAtOnce, ({ kind, name }) => kind.length + name.length + 16))
        await designState.deleteDocuments({ changeId, layer, keys }, options);
    }
  };
  await putting().catch((error: unknown) => {
    // The same request was committed before: Commit answers as it did then.
    if (errorDetail(error)?.reason !== ErrorReason.CHANGE_CLOSED) throw error;
  });
}

interface Put {
  readonly layer: string;
  readonly documents: Document[];
  readonly diagnostics: DiagnosticInit[];
}

/**
 * The calls that put documents. What declares kinds goes before all items, so that the items' secrets are known as such when they come. What the consumer found
 * goes to the first layer whatever has changed, with items whose secrets it may quote.
 */
function* puts(
  byLayer: ReadonlyMap<string, readonly Document[]>,
  changes: ReadonlyMap<string, LayerChange>,
  found: readonly DiagnosticInit[],
): Generator<Put> {
  const isKind = ({ kind }: Document) => kind === "CustomKind";
  for (const [layer, { put }] of changes)
    for (const documents of batches(put.filter(isKind))) yield { layer, documents, diagnostics: [] };
  let unsaid = found;
  for (const layer of byLayer.keys()) {
    const items = changes.get(layer)?.put.filter((each) => !isKind(each)) ?? [];
    for (const documents of batches(items)) {
      yield { layer, documents, diagnostics: unsaid.slice(0, FINDINGS_AT_ONCE) };
      unsaid = unsaid.slice(FINDINGS_AT_ONCE);
    }
    for (; unsaid.length > 0; unsaid = unsaid.slice(FINDINGS_AT_ONCE))
      yield { layer, documents: [], diagnostics: unsaid.slice(0, FINDINGS_AT_ONCE) };
  }
}

/** Documents by the layers they go to. Layers of the submission's own source are among them though they get none: it says all there is of them. */
function groupByLayer(
  { layer, documents, source = "" }: Submission,
  layers: readonly Layer[],
): Map<string, Document[]> {
  const own = source === "" ? [] : layers.filter((each) => each.source === source);
  const groups = new Map<string, Document[]>(own.map(({ name }) => [name, []]));
  if (documents.length === 0 && groups.size === 0) groups.set(layer ?? "main", []);
  for (const each of documents) {
    const document = create(DocumentSchema, each);
    const name = layer ?? (document.part || "main");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [document]);
    else group.push(document);
  }
  return groups;
}

function batches(documents: readonly Document[]): Iterable<Document[]> {
  // Places of values outweigh the values: a document takes several times the room of its own text.
  return messageBatches(documents, batch, ({ spec }) => JSON.stringify(spec ?? {}).length * 4);
}
