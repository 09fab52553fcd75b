import { create, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  ConsumeResponseSchema,
  type DesignConsumerService,
} from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import type { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import { type DiagnosticSchema, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Document } from "../design/document.ts";
import { forms, readDesignFiles } from "./read-design-files.ts";

/** Documents or diagnostics of one answer, and roughly its bytes: well below the bound of a message. */
const most = { count: 500, bytes: 1_500_000 } as const;

const severities = { error: Severity.ERROR, warning: Severity.WARNING, info: Severity.INFO } as const;

/** Serves the consumer through its contract. Pure: the same files give the same answer, byte for byte. */
export function createConsumerService(): Required<ServiceImpl<typeof DesignConsumerService>> {
  return {
    getConsumerInfo: () => ({ name: "dev.bedplate.design-files", forms: [...forms] }),
    async *consume(request) {
      const { documents, diagnostics } = readDesignFiles(request.files);
      // Places of values outweigh the values: a document takes several times the room of its own text.
      for (const part of batches(documents, ({ spec }) => JSON.stringify(spec).length * 4)) {
        yield create(ConsumeResponseSchema, { documents: part.map(toMessage) });
      }
      for (const part of batches(diagnostics, ({ message }) => message.length + 500)) {
        yield create(ConsumeResponseSchema, { diagnostics: part.map(toDiagnosticMessage) });
      }
    },
  };
}

function* batches<T>(all: readonly T[], sizeOf: (each: T) => number): Generator<readonly T[]> {
  let part: T[] = [];
  let bytes = 0;
  for (const each of all) {
    const size = sizeOf(each);
    if (part.length > 0 && (part.length >= most.count || bytes + size > most.bytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(each);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function toMessage(document: Document): MessageInitShape<typeof DocumentSchema> {
  return {
    ...document,
    // The same shape; the message's type only lacks the readonly.
    spec: document.spec as JsonObject,
    conversions: [...document.conversions],
    source: toSourceMessage(document.source),
  };
}

type SourceInit = NonNullable<MessageInitShape<typeof DocumentSchema>["source"]>;

function toSourceMessage({ line, column, keyLine, keyColumn, fields, items, uri }: Document["source"]): SourceInit {
  return {
    line,
    column,
    keyLine: keyLine ?? 0,
    keyColumn: keyColumn ?? 0,
    fields: Object.fromEntries(Object.entries(fields ?? {}).map(([key, value]) => [key, toSourceMessage(value)])),
    items: (items ?? []).map(toSourceMessage),
    uri: uri ?? "",
  };
}

function toDiagnosticMessage(diagnostic: Diagnostic): MessageInitShape<typeof DiagnosticSchema> {
  return { ...diagnostic, severity: severities[diagnostic.severity], related: [...diagnostic.related] };
}
