import { create, type JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type Document as DocumentMessage, DocumentSchema } from "../../../gen/bedplate/design/v1/document_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { declarationUri } from "../../design/declaration-text.ts";
import { UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError, parseFieldPath } from "../../design/field-path.ts";
import { type ItemKey, itemKeyText } from "../../design/item-key.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import { followPath } from "../../design/schema-path.ts";
import { setFields, UnchangeablePart } from "../../design/set-fields.ts";
import type { Tree, TreeMap } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";
import { notFound } from "../not-found.ts";
import type { LayerDocument } from "../store/content.ts";
import { type ItemOperation, operationKey, within } from "./item-operation.ts";

/** A declaration as it is to be. */
export interface PreparedDeclaration {
  readonly document: DocumentMessage;
  /** The path of the request field it comes from. */
  readonly field: string;
  /** Whether the caller says where everything in it was written. */
  readonly isLocated: boolean;
  /** What the layer declares now. */
  readonly before: LayerDocument | undefined;
}

/** What operations come to. */
export interface PreparedChanges {
  readonly declarations: readonly PreparedDeclaration[];
  readonly deletions: readonly ItemKey[];
}

/** What operations are about: one layer, what it declares now by "Kind/name", and all kinds. */
export interface PrepareInput {
  readonly layer: string;
  readonly current: ReadonlyMap<string, LayerDocument>;
  readonly kinds: ReadonlyMap<string, KindSchema>;
}

/**
 * Works out what operations on the declarations of a layer come to. Throws ALREADY_EXISTS for one to create that is there, NOT_FOUND for one to change that isn't,
 * ABORTED with ETAG_MISMATCH for one that isn't as its caller saw it, and INVALID_ARGUMENT for fields that can't be set and for what is nested too deep.
 */
export function prepareChanges(operations: readonly ItemOperation[], input: PrepareInput): PreparedChanges {
  const declarations: PreparedDeclaration[] = [];
  const deletions: ItemKey[] = [];
  for (const operation of operations) {
    const key = operationKey(operation);
    const before = input.current.get(itemKeyText(key));
    if (operation.type !== "create") expectEtag(operation, key, before);
    if (operation.type === "delete") {
      if (before !== undefined) deletions.push({ kind: key.kind, name: key.name });
      continue;
    }
    if (operation.type === "create" && before !== undefined) throw alreadyThere(operation, input.layer);
    if (operation.type === "update" && before === undefined && !operation.allowMissing)
      throw missing(operation, input.layer);
    const { document } = operation;
    const inParts = operation.type === "update" && operation.fields.length > 0;
    const isLocated = !inParts && document.location !== undefined;
    const spec = inParts ? changedSpec(operation, before?.document.spec ?? {}, input.kinds) : (document.spec ?? {});
    if (isDeeper(spec as Tree, DEEPEST)) throw tooDeep(operation);
    const form = document.form || (inParts && before?.document.form) || "bedplate-v1";
    declarations.push({
      ...{ isLocated, before, field: within(operation, "document") },
      document: create(DocumentSchema, {
        ...(isLocated && { source: document.source ?? placeOf(document.location), conversions: document.conversions }),
        ...{ kind: key.kind, name: key.name, spec: spec as JsonObject, form, complete: true },
        location: isLocated ? document.location : { uri: declarationUri(input.layer, key), line: 1, column: 1 },
      }),
    });
  }
  return { declarations, deletions };
}

/** Where a caller says only where a declaration is, everything in it is there. */
function placeOf(location: DocumentMessage["location"]) {
  return { line: location?.line ?? 0, column: location?.column ?? 0 };
}

/** Messages nest two deep for each level of a spec, and no reader of them goes deeper than 100. */
const DEEPEST = 40;

function isDeeper(tree: Tree, levels: number): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  return levels === 0 || Object.values(tree).some((part: Tree) => isDeeper(part, levels - 1));
}

function tooDeep(operation: ItemOperation) {
  const key = itemKeyText(operationKey(operation));
  const message = `${key} has records or lists nested more than ${DEEPEST} deep, expected at most that`;
  const fieldPath = within(operation, "document.spec");
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
    fieldPath,
    subject: key,
    hint: "flatten it",
  });
}

function expectEtag(
  operation: Exclude<ItemOperation, { type: "create" }>,
  key: ItemKey,
  before: LayerDocument | undefined,
): void {
  const { etag } = operation;
  if (etag === "" || etag === before?.digest) return;
  // Somebody else was faster, and what is wanted is so.
  if (operation.type === "delete" && before === undefined) return;
  const now = before === undefined ? "is gone" : `has the etag ${before.digest} now`;
  throw failure(Code.Aborted, ErrorReason.ETAG_MISMATCH, `${itemKeyText(key)} ${now}: somebody changed it`, {
    fieldPath: within(operation, "etag"),
    subject: itemKeyText(key),
    hint: "read it again, then decide whether your change still fits",
  });
}

function alreadyThere(operation: ItemOperation, layer: string) {
  const key = itemKeyText(operationKey(operation));
  return failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, `layer "${layer}" declares ${key} already`, {
    ...{ fieldPath: within(operation, "document"), subject: key },
    hint: "update it",
  });
}

function missing(operation: ItemOperation, layer: string) {
  const { kind, name } = operationKey(operation);
  return notFound(
    kind,
    name,
    [],
    `in layer "${layer}"`,
    "create it, or set allow_missing; ListRawItems tells what the layer declares",
  );
}

function changedSpec(
  operation: Extract<ItemOperation, { type: "update" }>,
  base: TreeMap,
  kinds: ReadonlyMap<string, KindSchema>,
): TreeMap {
  const { kind } = operation.document;
  const schema = kinds.get(kind);
  if (schema === undefined) throw notFound("kind", kind, kinds.keys(), "in the design", "set no fields, but the whole");
  const from = (operation.document.spec ?? {}) as TreeMap;
  const refuse = (message: string, hint: string) =>
    failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
      fieldPath: within(operation, "fields"),
      subject: itemKeyText(operation.document),
      hint,
    });
  try {
    const targets = operation.fields.map((path) => followPath(parseFieldPath(path), schema, from));
    return setFields(base, from, targets, schema);
  } catch (error) {
    if (error instanceof FieldPathError)
      throw refuse(error.message, 'write paths like interfaces["bond0"].device_link');
    if (error instanceof UnknownPathError) {
      const hint = error.suggestion === undefined ? `see bedplate schema ${kind}` : `did you mean ${error.suggestion}?`;
      throw refuse(error.message, hint);
    }
    if (error instanceof UnchangeablePart) throw refuse(error.message, error.hint);
    throw error;
  }
}
