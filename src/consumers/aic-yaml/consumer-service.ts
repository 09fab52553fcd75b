import { create, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  ConsumeResponseSchema,
  type DesignConsumerService,
} from "../../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import type { DocumentSchema } from "../../../gen/bedplate/design/v1/document_pb.js";
import { type DiagnosticSchema, Severity } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import { consumeAicYaml, forms } from "./consume.ts";

/** Documents or diagnostics of one answer: well below the bound of a message. */
const batchSize = 500;

const severities = { error: Severity.ERROR, warning: Severity.WARNING, info: Severity.INFO } as const;

/** Serves the consumer through its contract. Pure: the same files give the same answer, byte for byte. */
export function createAicYamlConsumerService(): Required<ServiceImpl<typeof DesignConsumerService>> {
  return {
    getConsumerInfo: () => ({ name: "dev.bedplate.aic-yaml", forms: [...forms] }),
    async *consume(request) {
      const { documents, diagnostics } = consumeAicYaml(request.files);
      for (let at = 0; at < documents.length; at += batchSize) {
        yield create(ConsumeResponseSchema, { documents: documents.slice(at, at + batchSize).map(toMessage) });
      }
      for (let at = 0; at < diagnostics.length; at += batchSize) {
        yield create(ConsumeResponseSchema, {
          diagnostics: diagnostics.slice(at, at + batchSize).map(toDiagnosticMessage),
        });
      }
    },
  };
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

function toSourceMessage({ line, column, keyLine, keyColumn, fields, items }: Document["source"]): SourceInit {
  return {
    line,
    column,
    keyLine: keyLine ?? 0,
    keyColumn: keyColumn ?? 0,
    fields: Object.fromEntries(Object.entries(fields ?? {}).map(([key, value]) => [key, toSourceMessage(value)])),
    items: (items ?? []).map(toSourceMessage),
  };
}

function toDiagnosticMessage(diagnostic: Diagnostic): MessageInitShape<typeof DiagnosticSchema> {
  return { ...diagnostic, severity: severities[diagnostic.severity], related: [...diagnostic.related] };
}
