import type { Diagnostic } from "../../design/diagnostic.ts";
import { legible } from "../../design/legible.ts";
import type { LayerDiagnostic } from "../store/content.ts";
import type { ChangeOfDocuments } from "./change-of-documents.ts";
import { type HeadFacts, MOST_LOSSES } from "./head-facts.ts";

/** What is lost or wrong in a design, as the engine and consumers found: what rules need to know of items outside of a slice. */
export interface Losses {
  /** The engine's, about items of the head. */
  readonly engine: readonly Diagnostic[];
  /** Consumers', about items, after the change. */
  readonly consumers: readonly Diagnostic[];
}

/** What is lost or wrong after a change, as far as it isn't evaluated anew. Undefined when it is too much to keep. */
export function lossesAfter(facts: HeadFacts, { consumers }: ChangeOfDocuments): Losses | undefined {
  if (facts.engineLosses.length > MOST_LOSSES || facts.consumerLosses.length > MOST_LOSSES) return undefined;
  const gone = new Set(consumers.closed.map(identityOf));
  const left = [...facts.consumerLosses.filter((each) => !gone.has(identityOf(each))), ...consumers.opened];
  return {
    engine: facts.engineLosses,
    consumers: left
      .map(({ diagnostic }) => legible(diagnostic))
      .filter(({ kind, name }) => kind !== undefined && name !== undefined),
  };
}

function identityOf({ layer, diagnostic: { rule, message, kind, name, field, location } }: LayerDiagnostic): string {
  return JSON.stringify([layer, rule, message, kind, name, field, location?.uri, location?.line, location?.column]);
}
