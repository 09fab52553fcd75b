import { suggest } from "../../text/suggest.ts";
import type { SourcePosition, YamlMap } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import type { Fault } from "./fault.ts";

/** What is wrong with an envelope. `absent` tells of what only documents that aren't rendered yet need. */
export type EnvelopeFault = Fault & { readonly absent?: true };

/** Something in an envelope that isn't what belongs there. */
export function wrong(at: SourcePosition, message: string, hint: string): EnvelopeFault {
  return { rule: "invalid-envelope", message, hint, at };
}

/** Reports keys that have no meaning where they are. */
export function reportUnknownKeys(
  map: YamlMap,
  known: readonly string[],
  where: string,
  faults: EnvelopeFault[],
): void {
  for (const { key, keyPosition } of map.entries) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    const hint = near === undefined ? "remove it, or move it to data:" : `did you mean ${near}?`;
    faults.push(wrong(keyPosition, `found ${quoteText(key)} in ${where}, expected one of ${known.join(", ")}`, hint));
  }
}
