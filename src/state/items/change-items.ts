import { Code } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { document } from "../../db/schema.ts";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { canonicalJson } from "../../design/canonical.ts";
import { declarationText, declarationUri, inOrderOfNames } from "../../design/declaration-text.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { itemKeyText } from "../../design/item-key.ts";
import { suggestedLayer } from "../../design/layer.ts";
import { KIND_OF_LAYERS } from "../../design/layers/declared-layers.ts";
import { failure } from "../../mesh/failure.ts";
import { commitStaged } from "../commit-staged.ts";
import type { StateDeps } from "../deps.ts";
import { digestOf } from "../digest.ts";
import { inTransaction } from "../in-transaction.ts";
import { API_SOURCE, refuseUnlessOfApi } from "../layer-owner.ts";
import { sealBatch } from "../seal-batch.ts";
import { type LayerDocument, readDocuments, readLayers } from "../store/content.ts";
import { readDeclarations } from "../store/declarations.ts";
import { designKinds, type Kinds, kindsOfChange } from "../store/design-kinds.ts";
import { type DesignRow, expectRevision, lockDesign, type RevisionRow, readRevision } from "../store/designs.ts";
import { firstAnswer, type KeyedRequest, keepAnswer } from "../store/requests.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";
import { broughtErrors, designInvalid } from "./brought-errors.ts";
import { type ItemOperation, operationKey } from "./item-operation.ts";
import { type PreparedDeclaration, prepareChanges } from "./prepare-changes.ts";

/** A change to single items of one layer: all of it is done in one revision, or nothing. */
export interface ItemsChange {
  readonly design: string;
  readonly layer: string;
  readonly operations: readonly ItemOperation[];
  readonly expectedRevision: bigint | undefined;
  readonly allowInvalid: boolean;
  readonly validateOnly: boolean;
  readonly message: string;
  readonly author: string;
  readonly request: KeyedRequest;
  /** Looks at the declarations as they are to be, and throws what is wrong with them. */
  readonly check?: (tx: Db, head: DesignRow, documents: readonly LayerDocument[]) => Promise<void>;
  /** What refuses a change for the errors it would bring. */
  readonly refusal?: (errors: readonly Diagnostic[]) => Error;
}

/** What became of a change to single items. */
export interface ItemsChanged {
  readonly head: Pick<DesignRow, "name">;
  /** The revision that has it, which is the head when nothing changed; undefined for a design without revisions. */
  readonly row: RevisionRow | undefined;
  readonly changed: boolean;
}

/**
 * Changes single items of a layer of API clients, and answers what `answer` reads in the same transaction. Repeated with the same request id it answers the revision it
 * made first. Throws as the contract says of CreateItem and UpdateItem.
 */
export function changeItems<Answer>(
  { database, secrets, validators = [] }: StateDeps,
  change: ItemsChange,
  answer: (tx: Db, changed: ItemsChanged) => Promise<Answer>,
): Promise<Answer> {
  const { layer, operations, request } = change;
  refuseTwice(operations);
  const inOneTransaction = (outside: OutsideFindings) =>
    inTransaction(database.db, !change.validateOnly, async (tx) => {
      const head = await lockDesign(tx, change.design);
      const before = await firstAnswer(tx, head, request);
      if (before !== undefined) return answer(tx, { head, ...(await revisionOf(tx, head, before)) });
      expectRevision(head, change.expectedRevision);
      const layers = await readLayers(tx, head.name, head.revision);
      refuseUnlessOfApi(layers, layer);
      const { declared, documents, deletions } = await declarationsOf(tx, head);
      const { author, message } = change;
      await change.check?.(tx, head, declared);
      const staged = { documents, deletions: deletions.map((key) => ({ ...key, layer })), diagnostics: [] };
      const nothing = documents.length + deletions.length === 0;
      const isNew = !layers.some(({ name }) => name === layer);
      const outcome = nothing
        ? undefined
        : await commitStaged(
            tx,
            head,
            {
              ...{ staged, layers: [layer], mode: "patch", source: API_SOURCE, note: { author, message } },
              aboveOthers: isNew && !(await hasStatedRank(tx, head, layer, documents)),
            },
            outside,
          );
      if (outcome !== undefined && !change.allowInvalid) {
        const errors = await broughtErrors(tx, head, outcome);
        if (errors.length > 0) throw change.refusal?.(errors) ?? designInvalid(errors, mendHint);
      }
      const row = outcome?.row;
      const first = { revision: row?.number ?? head.revision, changed: row !== undefined };
      await keepAnswer(tx, head, request, first, { layers: [layer], message, author, source: API_SOURCE });
      if (row === undefined) return answer(tx, { head, ...(await revisionOf(tx, head, first)) });
      database.noteWrites(row.counters.rowsWritten);
      return answer(tx, { head, row, changed: true });
    });
  return withValidators(validators, inOneTransaction);

  async function declarationsOf(tx: Db, head: DesignRow) {
    const current = await readDeclarations(tx, head.name, layer, operations.map(operationKey));
    const kinds = await kindsOfFields(tx, head, operations);
    const { declarations, deletions } = prepareChanges(operations, { layer, current, kinds });
    const batch = await sealBatch(
      tx,
      secrets,
      {
        ...{ design: head.name, layer, diagnostics: [] },
        documents: declarations.map(({ document }) => document),
        fieldOf: (index) => declarations[index]?.field ?? "document",
      },
      (documents) =>
        kindsOfChange(
          tx,
          () => Promise.resolve(head),
          undefined,
          documents.map((document) => ({ layer, document })),
        ),
    );
    await secrets.store(tx, head.name, batch.literals);
    const declared: LayerDocument[] = [];
    const documents: LayerDocument[] = [];
    for (const [index, prepared] of declarations.entries()) {
      // Each is another item, so there is one sealed document for each, in the same order.
      const sealed = batch.documents[index];
      if (sealed === undefined) throw new Error("a declaration that was not sealed");
      const placed = placedDocument(sealed, prepared);
      declared.push(placed);
      if (!isSame(placed, prepared)) documents.push(placed);
    }
    return { declared, documents, deletions };
  }
}

const mendHint = "mend them, or commit them nevertheless with allow_invalid";

/** Whether the rank of a layer is said by its name, or by a document that declares it: one of the design's, or of those given. */
export async function hasStatedRank(
  tx: Db,
  head: DesignRow,
  layer: string,
  documents: readonly LayerDocument[],
): Promise<boolean> {
  if (suggestedLayer(layer).rank !== suggestedLayer("").rank) return true;
  const declares = ({ kind, name }: { kind: string; name: string }) => kind === KIND_OF_LAYERS && name === layer;
  if (documents.some((each) => declares(each.document))) return true;
  const condition = and(eq(document.kind, KIND_OF_LAYERS), eq(document.name, layer));
  return (await readDocuments(tx, head.name, head.revision, condition)).length > 0;
}

async function revisionOf(tx: Db, head: DesignRow, { revision, changed }: { revision: bigint; changed: boolean }) {
  return { row: revision === 0n ? undefined : await readRevision(tx, head, revision), changed };
}

/** The kinds that paths of fields are followed in. */
function kindsOfFields(tx: Db, head: DesignRow, operations: readonly ItemOperation[]): Promise<Kinds> {
  const builtIn = builtInKinds();
  const isKnown = (each: ItemOperation) =>
    each.type !== "update" || each.fields.length === 0 || builtIn.has(each.document.kind);
  return operations.every(isKnown) ? Promise.resolve(builtIn) : designKinds(tx, head, head.revision);
}

/** A sealed declaration with the places of its values: those its caller tells, or else those in a text of its own. */
function placedDocument({ layer, document }: LayerDocument, prepared: PreparedDeclaration): LayerDocument {
  const whole = { ...document, part: "", complete: true, spec: inOrderOfNames(document.spec) };
  const { location, source } = prepared.isLocated
    ? document
    : declarationText(document, declarationUri(layer, document));
  const placed = { ...whole, location, source };
  return { layer, digest: digestOf(placed), document: placed };
}

/** Whether a declaration says what the layer says already. Where it was written matters only to a caller who tells it. */
function isSame({ digest, document }: LayerDocument, { before, isLocated }: PreparedDeclaration): boolean {
  if (before === undefined) return false;
  return (
    digest === before.digest || (!isLocated && canonicalJson(document.spec) === canonicalJson(before.document.spec))
  );
}

function refuseTwice(operations: readonly ItemOperation[]): void {
  const seen = new Map<string, ItemOperation>();
  for (const operation of operations) {
    const key = itemKeyText(operationKey(operation));
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, operation);
      continue;
    }
    const message = `${key} is meant by ${first.field} and by ${operation.field}, expected by one of them`;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
      ...{ fieldPath: operation.field, subject: key },
      hint: "bring what is to be done to it together, or make two calls",
    });
  }
}
