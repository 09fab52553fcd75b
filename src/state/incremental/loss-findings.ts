import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { ENGINE_RULES } from "../../design/engine-rules.ts";
import { costlyRules } from "../../validate/lost-values.ts";
import type { LayerDiagnostic } from "../store/content.ts";
import type { ChangeOfDocuments } from "./change-of-documents.ts";
import { textArray } from "./json-list.ts";

/** What is lost or wrong in a design, as the engine and consumers found: what rules need to know of items outside of a slice. */
export interface LossFindings {
  /** The engine's, about items of the head. */
  readonly engine: readonly Diagnostic[];
  /** Consumers', about items, after the change. */
  readonly consumers: readonly Diagnostic[];
  /** Whether every item of the head is whole. */
  readonly allWhole: boolean;
}

const MOST_LOSSES = 2_000;

/** Findings of a fault in the item's own content: nothing of it is lost. */
const OF_CONTENT: ReadonlySet<string> = new Set(["custom-kind-violation"]);

/** Whether a finding of an item matters to others: something may be lost, or the engine found an error. */
export function mattersToOthers({ rule, severity }: Pick<Diagnostic, "rule" | "severity">): boolean {
  if (OF_CONTENT.has(rule)) return false;
  return (costlyRules.has(rule) && severity !== "info") || (rule in ENGINE_RULES && severity === "error");
}

const engineRules = [...new Set([...costlyRules, ...Object.keys(ENGINE_RULES)])].filter(
  (rule) => !OF_CONTENT.has(rule),
);

/** Reads what is lost or wrong, what a change's own consumers found included. Undefined when it is too much to keep. */
export async function readLosses(tx: Db, design: string, change: ChangeOfDocuments): Promise<LossFindings | undefined> {
  const engine = await execute<{ body: Diagnostic }>(
    tx,
    sql`
      select body from bedplate.finding
      where design = ${design} and rule = any(${textArray(engineRules)})
        and (rule = any(${textArray(costlyRules)}) or body ->> 'severity' = 'error')
      limit ${MOST_LOSSES + 1}`,
  );
  const stored = await execute<LayerDiagnostic & Record<string, unknown>>(
    tx,
    sql`
      select layer, body as diagnostic from bedplate.diagnostic
      where design = ${design} and origin = 'consumer' and to_revision is null
        and (severity = 1 or body ->> 'rule' = any(${textArray(costlyRules)}))
      limit ${MOST_LOSSES + 1}`,
  );
  if (engine.length > MOST_LOSSES || stored.length > MOST_LOSSES) return undefined;
  const partial = await execute<{ found: number }>(
    tx,
    sql`select 1 as found from bedplate.item_trace where design = ${design} and not whole limit 1`,
  );
  const gone = new Set(change.consumers.closed.map(identityOf));
  const consumers = [...stored.filter((each) => !gone.has(identityOf(each))), ...change.consumers.opened];
  return {
    engine: engine.map(({ body }) => body),
    consumers: consumers
      .map(({ diagnostic }) => diagnostic)
      .filter(({ kind, name }) => kind !== undefined && name !== undefined),
    allWhole: partial.length === 0,
  };
}

function identityOf({ layer, diagnostic: { rule, message, kind, name, field, location } }: LayerDiagnostic): string {
  return JSON.stringify([layer, rule, message, kind, name, field, location?.uri, location?.line, location?.column]);
}
