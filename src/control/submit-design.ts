import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CallOptions, Client } from "@connectrpc/connect";
import {
  CommitMode,
  type CommitResponse,
  type DesignStateService,
} from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import type { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { messageBatches } from "../design/message-batches.ts";
import { errorDetail } from "../mesh/failure.ts";

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
}

/** Documents sent at a time, and roughly how many bytes: well below the bound of a message. */
const batch = { count: 2000, bytes: 1_500_000 } as const;

/** Commits documents as the whole content of their layers, in one revision. The design is created if there is none of that name. */
export async function submitDesign(
  designState: Client<typeof DesignStateService>,
  submission: Submission,
  options: CallOptions = {},
): Promise<CommitResponse> {
  const { design, expectedRevision } = submission;
  await designState.createDesign({ design }, options);
  const byLayer = groupByLayer(submission);
  const { changeId } = await designState.openChange(
    {
      design,
      layers: [...byLayer.keys()],
      requestId: submission.requestId ?? randomUUID(),
      message: submission.message ?? "",
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    },
    options,
  );
  await put(designState, changeId, byLayer, submission.diagnostics, options).catch((error: unknown) => {
    // The same request was committed before: Commit answers as it did then.
    if (errorDetail(error)?.reason !== ErrorReason.CHANGE_CLOSED) throw error;
  });
  return designState.commit({ changeId, mode: CommitMode.REPLACE_LAYER }, { timeoutMs: 300_000, ...options });
}

async function put(
  designState: Client<typeof DesignStateService>,
  changeId: string,
  byLayer: ReadonlyMap<string, readonly DocumentInit[]>,
  found: readonly DiagnosticInit[],
  options: CallOptions,
): Promise<void> {
  let diagnostics = found;
  for (const [layer, documents] of kindsFirst(byLayer)) {
    for (const part of batches(documents)) {
      await designState.putDocuments({ changeId, layer, documents: part, diagnostics: [...diagnostics] }, options);
      diagnostics = [];
    }
  }
}

/** What declares kinds goes before all items, so that the items' secrets are known as such when they come. */
function* kindsFirst(byLayer: ReadonlyMap<string, readonly DocumentInit[]>): Generator<[string, DocumentInit[]]> {
  for (const [layer, documents] of byLayer) {
    const kinds = documents.filter(({ kind }) => kind === "CustomKind");
    if (kinds.length > 0) yield [layer, kinds];
  }
  for (const [layer, documents] of byLayer) yield [layer, documents.filter(({ kind }) => kind !== "CustomKind")];
}

function groupByLayer({ layer, documents }: Submission): Map<string, DocumentInit[]> {
  const groups = new Map<string, DocumentInit[]>();
  if (documents.length === 0) groups.set(layer ?? "main", []);
  for (const document of documents) {
    const name = layer ?? (document.part || "main");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [document]);
    else group.push(document);
  }
  return groups;
}

/** At least one batch, so that what the consumer found is sent even without documents. */
function batches(documents: readonly DocumentInit[]): Iterable<DocumentInit[]> {
  if (documents.length === 0) return [[]];
  // Places of values outweigh the values: a document takes several times the room of its own text.
  return messageBatches(documents, batch, ({ spec }) => JSON.stringify(spec ?? {}).length * 4);
}
