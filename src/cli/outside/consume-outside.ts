import type { Client } from "@connectrpc/connect";
import { DesignConsumerService } from "../../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import type { Consumed, DesignFile } from "../../consumers/read-design-files.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import { documentFromMessage } from "../../design/from-message.ts";
import { messageBatches } from "../../design/message-batches.ts";
import { pluginFailure, pluginFinding } from "../../validate/ask-validator.ts";
import { version } from "../version.ts";
import { CALL_MS, outsidePlugin, reasonOf, sayLine } from "./outside-plugin.ts";

const MOST_FILES = 10_000;
/** Most bytes of one call: the 4 MiB of a message, less some for what is around them. */
const CALL_BYTES = 4 * 1024 * 1024 - 65_536;
/** Most documents and findings kept of one consumer. */
const MOST_ANSWERS = 1_000_000;

/**
 * Has files read by consumers in place of Bedplate's own, each a command that serves `DesignConsumerService` on the socket it is given. Each consumer gets all
 * files, as many at a time as a message holds. One that fails is one finding, and what it gave before stands. One call may take `callMs` milliseconds.
 */
export async function consumeOutside(
  files: readonly DesignFile[],
  commands: readonly string[],
  callMs = CALL_MS,
): Promise<Consumed> {
  const plugins = [...new Set(commands)].map((text) => outsidePlugin(text, "consumer"));
  const documents: Document[] = [];
  const diagnostics: Diagnostic[] = [];
  const { withPlugins } = await import("../../plugins/with-plugins.ts");
  await withPlugins(plugins, version(), sayLine, async (host) => {
    for (const { name } of plugins) {
      try {
        await consume(host.client(name, DesignConsumerService), files, { documents, diagnostics, callMs });
      } catch (error) {
        diagnostics.push(pluginFailure("consumer-failed", reasonOf(error), "files may not have been read"));
      }
    }
  });
  return { documents, diagnostics };
}

async function consume(
  client: Client<typeof DesignConsumerService>,
  files: readonly DesignFile[],
  { documents, diagnostics, callMs }: { documents: Document[]; diagnostics: Diagnostic[]; callMs: number },
): Promise<void> {
  const most = documents.length + diagnostics.length + MOST_ANSWERS;
  for (const batch of messageBatches(files, { count: MOST_FILES, bytes: CALL_BYTES }, sizeOf)) {
    const request = { files: batch.map(({ uri, text }) => ({ uri, text })) };
    for await (const answer of client.consume(request, { timeoutMs: callMs })) {
      for (const each of answer.documents) documents.push(documentFromMessage(each));
      for (const each of answer.diagnostics) diagnostics.push(pluginFinding(each));
      if (documents.length + diagnostics.length > most)
        throw new Error(`found more than ${MOST_ANSWERS} documents and findings`);
    }
  }
}

function sizeOf({ uri, text }: DesignFile): number {
  return Buffer.byteLength(text) + Buffer.byteLength(uri) + 16;
}
