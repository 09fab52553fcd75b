import { Code } from "@connectrpc/connect";
import type { Document as DocumentMessage } from "../../gen/bedplate/design/v1/document_pb.js";
import type { Diagnostic as DiagnosticMessage } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../db/database.ts";
import type { SealedLiteral, SecretStore } from "../db/secret-store.ts";
import type { Diagnostic, SourceLocation } from "../design/diagnostic.ts";
import type { Document } from "../design/document.ts";
import { diagnosticFromMessage, documentFromMessage } from "../design/from-message.ts";
import { itemKeyText } from "../design/item-key.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { failure } from "../mesh/failure.ts";
import { digestOf } from "./digest.ts";
import { createBlanker, LiteralTooLong, type SealedDocument, sealDocument } from "./seal-document.ts";
import type { LayerDiagnostic, LayerDocument } from "./store/content.ts";

/** Documents and diagnostics as a client sends them, for one layer of a design. */
export interface UnsealedBatch {
  readonly design: string;
  readonly layer: string;
  readonly documents: readonly DocumentMessage[];
  readonly diagnostics: readonly DiagnosticMessage[];
  /** The request field of the nth document; by default one of a list of documents. */
  readonly fieldOf?: (index: number) => string;
}

/** Documents and diagnostics of one call, fit to be stored, and the literals that were taken out of them. */
export interface SealedBatch {
  readonly documents: readonly LayerDocument[];
  readonly diagnostics: readonly LayerDiagnostic[];
  readonly literals: readonly SealedLiteral[];
}

/**
 * Takes the secrets out of what a client sends for one layer of a design. Of two documents with the same kind and name the first is kept, and the second
 * gets a diagnostic. `kindsFor` gives the kinds the documents may be of. Throws INVALID_ARGUMENT for a secret that is too long, or a sealed reference the design does not have.
 */
export async function sealBatch(
  tx: Db,
  secrets: SecretStore,
  { design, layer, documents, diagnostics, fieldOf = (index) => `documents[${index}]` }: UnsealedBatch,
  kindsFor: (documents: readonly Document[]) => Promise<ReadonlyMap<string, KindSchema>>,
): Promise<SealedBatch> {
  const plain = documents.map(documentFromMessage);
  const kinds = await kindsFor(plain);
  const sealed = plain.map((document, index) => {
    const refOf = (literal: string) => secrets.refOf(design, literal);
    return sealOne(document, fieldOf(index), () => sealDocument(document, kinds.get(document.kind), refOf));
  });
  const literals = sealed.flatMap((each) => each.literals);
  await refuseUnknownRefs(tx, secrets, design, sealed, literals);
  const blank = createBlanker(sealed.flatMap((each) => each.secretTexts));
  const first = new Map<string, Document>();
  const found: Diagnostic[] = diagnostics.map((message) => blankDiagnostic(diagnosticFromMessage(message), blank));
  for (const each of sealed) {
    const document = blankConversions(each.document, blank);
    const key = itemKeyText(document);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, document);
    else found.push(duplicateDocument(document, earlier.location, layer, "the first is used"));
  }
  return {
    documents: [...first.values()].map((document) => ({ layer, digest: digestOf(document), document })),
    diagnostics: found.map((diagnostic) => ({ layer, diagnostic })),
    literals,
  };
}

function sealOne(document: Document, field: string, seal: () => SealedDocument): SealedDocument {
  try {
    return seal();
  } catch (error) {
    if (!(error instanceof LiteralTooLong)) throw error;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${itemKeyText(document)}: ${error.message}`, {
      fieldPath: `${field}.spec.${error.field}`,
      location: document.location,
      hint: "put it into a file and refer to it: {ref: 'file:NAME'}",
    });
  }
}

async function refuseUnknownRefs(
  tx: Db,
  secrets: SecretStore,
  design: string,
  sealed: readonly SealedDocument[],
  literals: readonly SealedLiteral[],
): Promise<void> {
  const own = new Set(literals.map(({ ref }) => ref));
  const foreign = sealed.flatMap((each) => each.foreignRefs).filter((ref) => !own.has(ref));
  const known = await secrets.known(tx, design, foreign);
  for (const { document, foreignRefs } of sealed) {
    const unknown = foreignRefs.find((ref) => !own.has(ref) && !known.has(ref));
    if (unknown === undefined) continue;
    const message = `${itemKeyText(document)} refers to ${unknown}, which this design has not sealed`;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
      subject: itemKeyText(document),
      location: document.location,
      hint: "write the secret itself, or a reference to where it is",
    });
  }
}

type Blanker = ReturnType<typeof createBlanker>;

function blankConversions(document: Document, blank: Blanker): Document {
  const conversions = document.conversions.map((each) => ({ ...each, message: blank(each.message) }));
  return { ...document, conversions };
}

function blankDiagnostic(diagnostic: Diagnostic, blank: Blanker): Diagnostic {
  return {
    ...diagnostic,
    message: blank(diagnostic.message),
    ...(diagnostic.hint !== undefined && { hint: blank(diagnostic.hint) }),
    related: diagnostic.related.map((each) => ({ ...each, message: blank(each.message) })),
  };
}

/** The finding about a document of a layer that was declared before, at another place; `used` says which of the two counts. */
export function duplicateDocument(
  { kind, name, location }: Document,
  other: SourceLocation,
  layer: string,
  used: string,
): Diagnostic {
  return {
    rule: "duplicate-document",
    severity: "error",
    message: `found ${kind} "${name}" a second time in layer "${layer}", expected one document`,
    hint: `${used}; remove one of them, or bring them together`,
    kind,
    name,
    location,
    related: [{ message: "the other one", location: other }],
  };
}
