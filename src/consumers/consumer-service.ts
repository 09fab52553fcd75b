import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  ConsumeResponseSchema,
  type DesignConsumerService,
} from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { messageBatches } from "../design/message-batches.ts";
import { diagnosticToMessage, documentToMessage } from "../design/to-message.ts";
import { forms, readDesignFiles } from "./read-design-files.ts";

/** Documents or diagnostics of one answer, and roughly its bytes: well below the bound of a message. */
const most = { count: 500, bytes: 1_500_000 } as const;

/** Serves the consumer through its contract. Pure: the same files give the same answer, byte for byte. */
export function createConsumerService(): Required<ServiceImpl<typeof DesignConsumerService>> {
  return {
    getConsumerInfo: () => ({ name: "dev.bedplate.design-files", forms: [...forms] }),
    async *consume(request) {
      const { documents, diagnostics } = readDesignFiles(request.files);
      // Places of values outweigh the values: a document takes several times the room of its own text.
      for (const part of messageBatches(documents, most, ({ spec }) => JSON.stringify(spec).length * 4)) {
        yield create(ConsumeResponseSchema, { documents: part.map(documentToMessage) });
      }
      for (const part of messageBatches(diagnostics, most, ({ message }) => message.length + 500)) {
        yield create(ConsumeResponseSchema, { diagnostics: part.map(diagnosticToMessage) });
      }
    },
  };
}
