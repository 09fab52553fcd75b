import { type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { DesignValidatorService } from "../../../gen/bedplate/design/v1/design_validator_service_pb.js";
import { EffectiveItemSchema } from "../../../gen/bedplate/design/v1/item_pb.js";
import type { DiagnosticSchema } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Evaluation } from "../../design/evaluate-design.ts";
import { diagnosticFromMessage } from "../../design/from-message.ts";
import { hideSecrets } from "../../design/hide-secrets.ts";
import { effectiveItemToMessage } from "../../design/to-message.ts";
import { version } from "../version.ts";
import { CALL_BYTES, CALL_MS, failureOf, oneLine, outsidePlugin, sayLine } from "./outside-plugin.ts";

const MOST_ITEMS = 10_000;

type Item = MessageShape<typeof EffectiveItemSchema>;

/**
 * Has the effective items of a design checked by validators, each a command that serves `DesignValidatorService` on the socket it is given. They get the items
 * without secrets, as many at a time as a message holds; their findings are placed where the values stand. A validator that fails is one finding, and what it
 * found before stands. One call may take `callMs` milliseconds.
 */
export async function validateOutside(
  evaluation: Evaluation,
  commands: readonly string[],
  callMs = CALL_MS,
): Promise<readonly Diagnostic[]> {
  const plugins = [...new Set(commands)].map((text) => outsidePlugin(text, "validator"));
  const found: Diagnostic[] = [];
  const { withPlugins } = await import("../../plugins/with-plugins.ts");
  await withPlugins(plugins, version(), sayLine, async (host) => {
    for (const { name } of plugins) {
      const client = host.client(name, DesignValidatorService);
      for await (const each of answers(client, evaluation, callMs)) found.push(each);
    }
  });
  return found;
}

async function* answers(
  client: Client<typeof DesignValidatorService>,
  evaluation: Evaluation,
  timeoutMs: number,
): AsyncGenerator<Diagnostic> {
  let checked = 0;
  try {
    for (const items of batches(evaluation)) {
      const { diagnostics } = await client.validate({ items }, { timeoutMs });
      for (const each of diagnostics) yield placed(each, evaluation);
      checked += items.length;
    }
  } catch (error) {
    const left = evaluation.items.size - checked;
    yield failureOf("validator-failed", error, `${left} of ${evaluation.items.size} items were not checked by it`);
  }
}

function* batches({ items, kinds }: Evaluation): Generator<Item[]> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const { kind, name, tree } of items.values()) {
    const item = effectiveItemToMessage({ kind, name, tree: hideSecrets(kinds.get(kind), tree) });
    const size = toBinary(EffectiveItemSchema, item).length + 8;
    if (batch.length > 0 && (bytes + size > CALL_BYTES || batch.length >= MOST_ITEMS)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** The plugin doesn't know where anything was written; we do. */
function placed(message: MessageShape<typeof DiagnosticSchema>, evaluation: Evaluation): Diagnostic {
  const { location: _, ...found } = diagnosticFromMessage(message);
  const { kind, name, field, hint } = found;
  const location = kind === undefined || name === undefined ? undefined : evaluation.locate(kind, name, field);
  return {
    ...found,
    message: oneLine(found.message),
    ...(hint !== undefined && { hint: oneLine(hint) }),
    ...(location !== undefined && { location }),
    related: found.related.filter(({ location: { uri } }) => uri !== ""),
  };
}
