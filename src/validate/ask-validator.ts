import { type MessageShape, toBinary } from "@bufbuild/protobuf";
import { EffectiveItemSchema } from "../../gen/bedplate/design/v1/item_pb.js";
import type { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { diagnosticFromMessage } from "../design/from-message.ts";
import { hideSecrets } from "../design/hide-secrets.ts";
import { messageBatches } from "../design/message-batches.ts";
import { effectiveItemToMessage } from "../design/to-message.ts";
import { PLUGIN_RULES } from "./plugin-rule-texts.ts";

/** Most items of one call, as the contract has it. */
const MOST_ITEMS = 10_000;
/** Most bytes of one call: the 4 MiB of a message, less some for what is around them. */
const MOST_BYTES = 4 * 1024 * 1024 - 65_536;

type Item = MessageShape<typeof EffectiveItemSchema>;
type Found = MessageShape<typeof DiagnosticSchema>;

/** One call of a validator: what it finds about these items. May fail in any way. */
export type AskValidator = (items: Item[]) => Promise<readonly Found[]>;

/** The design that is checked. */
export type AskedDesign = Pick<Evaluation, "items" | "kinds" | "locate">;

/**
 * Has a validator check the effective items of a design: without secrets, in their order, as many at a time as a message holds. Its findings are placed where
 * the values stand. When a call fails, that is a finding (`validator-failed`, with what `reasonOf` says) beside what the calls before it found.
 */
export async function askValidator(
  design: AskedDesign,
  ask: AskValidator,
  reasonOf: (error: unknown) => string,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  let checked = 0;
  try {
    for (const items of messageBatches(shownItems(design), { count: MOST_ITEMS, bytes: MOST_BYTES }, sizeOf)) {
      for (const each of await ask(items)) found.push(placed(each, design));
      checked += items.length;
    }
  } catch (error) {
    const left = `${design.items.size - checked} of ${design.items.size} items were not checked by it`;
    found.push(pluginFailure("validator-failed", reasonOf(error), left));
  }
  return found;
}

/** The finding that a plugin failed: why, and what was not done for it. */
export function pluginFailure(rule: keyof typeof PLUGIN_RULES, reason: string, undone: string): Diagnostic {
  return {
    rule,
    severity: PLUGIN_RULES[rule].severity,
    message: oneLine(`${reason.slice(0, 1800)}; ${undone}`),
    hint: "run the plugin by hand to see what it says, and tell its author",
    related: [],
  };
}

/** What a plugin found, its texts on one line each. */
export function pluginFinding(message: Found): Diagnostic {
  const found = diagnosticFromMessage(message);
  return {
    ...found,
    message: oneLine(found.message),
    ...(found.hint !== undefined && { hint: oneLine(found.hint) }),
    related: found.related.filter(({ location: { uri } }) => uri !== ""),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** The plugin doesn't know where anything was written; we do. */
function placed(message: Found, design: AskedDesign): Diagnostic {
  const { location: _, ...found } = pluginFinding(message);
  const { kind, name, field } = found;
  const location = kind === undefined || name === undefined ? undefined : design.locate(kind, name, field);
  return { ...found, ...(location !== undefined && { location }) };
}

/** The items as a validator may see them, one after the other. */
function* shownItems({ items, kinds }: AskedDesign): Generator<Item> {
  for (const { kind, name, tree } of items.values()) {
    yield effectiveItemToMessage({ kind, name, tree: hideSecrets(kinds.get(kind), tree) });
  }
}

function sizeOf(item: Item): number {
  return toBinary(EffectiveItemSchema, item).length + 8;
}
