import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { ENGINE_RULES } from "../../design/engine-rules.ts";
import type { Layer } from "../../design/layer.ts";
import { costlyRules } from "../../validate/lost-values.ts";
import type { StagedChange } from "../commit-staged.ts";
import type { LayerDiagnostic } from "../store/content.ts";
import type { DesignRow } from "../store/designs.ts";
import { textArray } from "../store/text-array.ts";

/** What is known of a design's head before a change to it is looked at, read by one statement. */
export interface HeadFacts {
  readonly layers: readonly Layer[];
  /** The row of the evaluation's state; undefined when there is none. */
  readonly state: HeadState | undefined;
  readonly errorCount: number;
  readonly warningCount: number;
  /** The item that is the Site: the first by name. */
  readonly siteName: string | undefined;
  readonly hasCustomKinds: boolean;
  readonly hasRules: boolean;
  /** Kinds the change speaks of that have items beside those it speaks of, as far as that was looked for. */
  readonly otherwiseThere: ReadonlySet<string>;
  /** Whether every item is whole. */
  readonly allWhole: boolean;
  /** Findings of the engine that matter to other items than their own: at most `MOST_LOSSES` and one. */
  readonly engineLosses: readonly Diagnostic[];
  /** Such findings of consumers. */
  readonly consumerLosses: readonly LayerDiagnostic[];
  /** Everything consumers found in the layers that are to be changed. */
  readonly consumers: readonly LayerDiagnostic[];
}

/** The state of the last evaluation, as it is stored. */
export interface HeadState {
  readonly revision: bigint;
  readonly resolverVersion: string;
  readonly plain: boolean;
  readonly reason: string;
  readonly ruleSteps: bigint;
}

/** Losses that are kept in memory while a change is evaluated. */
export const MOST_LOSSES = 2_000;

/** With more items it isn't looked for whether there are others of their kinds. */
const MOST_SPOKEN = 100;

/** Findings of a fault in the item's own content: nothing of it is lost. */
const OF_CONTENT: ReadonlySet<string> = new Set(["custom-kind-violation"]);
const engineRules = [...new Set([...costlyRules, ...Object.keys(ENGINE_RULES)])].filter(
  (rule) => !OF_CONTENT.has(rule),
);

/** Whether a finding of an item matters to others: something may be lost, or the engine found an error. */
export function mattersToOthers({ rule, severity }: Pick<Diagnostic, "rule" | "severity">): boolean {
  if (OF_CONTENT.has(rule)) return false;
  return (costlyRules.has(rule) && severity !== "info") || (rule in ENGINE_RULES && severity === "error");
}

/** Reads what has to be known of a design's head, for a change to some of its layers. */
export async function readHeadFacts(
  tx: Db,
  head: DesignRow,
  { layers, staged, mode }: Pick<StagedChange, "layers" | "staged" | "mode">,
): Promise<HeadFacts> {
  const design = head.name;
  const spoken = [...staged.deletions, ...staged.documents.map(({ document }) => document)];
  // Where layers are replaced, items go that the change doesn't speak of.
  const isLookedFor = mode === "patch" && spoken.length <= MOST_SPOKEN;
  const names = isLookedFor ? spoken.map(({ kind, name }) => ({ kind, name })) : [];
  const here = sql`design = ${design}`;
  const now = sql`design = ${design} and to_revision is null`;
  const costly = textArray(costlyRules);
  const list = (rows: SQL) => sql`(select coalesce(jsonb_agg(to_jsonb(each)), '[]') from (${rows}) each)`;
  const diagnostics = sql`select layer, body as diagnostic from bedplate.diagnostic where ${now} and origin = 'consumer'`;
  const [row] = await execute<{ facts: StoredFacts }>(
    tx,
    sql`
      select jsonb_build_object(
        'layers', ${list(sql`
          select name, role, rank, owns, may_reference_secrets as "mayReferenceSecrets",
            allow_secret_literals as "allowSecretLiterals", source
          from bedplate.layer where ${now} order by rank, name`)},
        'state', ${list(sql`
          select revision::text, resolver_version as "resolverVersion", plain, reason, rule_steps::text as "ruleSteps"
          from bedplate.evaluation_state where ${here}`)},
        'counts', ${list(sql`
          select error_count as "errorCount", warning_count as "warningCount"
          from bedplate.revision where ${here} and number = ${`${head.revision}`}::text::bigint`)},
        'site', (select min(name) from bedplate.document where ${now} and kind = 'Site'),
        'hasCustomKinds', exists (select 1 from bedplate.document where ${now} and kind = 'CustomKind'),
        'hasRules', exists (select 1 from bedplate.document where ${now} and kind = 'Rule'),
        'otherwiseThere', ${list(sql`
          select kind from (
            select kind, array_agg(name) as names
            from jsonb_to_recordset(${JSON.stringify(names)}::text::jsonb) as r(kind text, name text) group by kind
          ) s
          where (
            select true from bedplate.document t
            where t.design = ${design} and t.to_revision is null and t.kind = s.kind and t.name <> all (s.names) limit 1)`)},
        'partial', exists (select 1 from bedplate.item_trace where ${here} and not whole),
        'engine', ${list(sql`
          select body from bedplate.finding where ${here} and rule = any(${textArray(engineRules)})
            and (rule = any(${costly}) or body ->> 'severity' = 'error')
          limit ${MOST_LOSSES + 1}`)},
        'losses', ${list(sql`
          ${diagnostics} and (severity = 1 or body ->> 'rule' = any(${costly})) limit ${MOST_LOSSES + 1}`)},
        'consumers', ${list(sql`${diagnostics} and layer = any(${textArray(layers)})`)}
      ) as facts`,
  );
  if (row === undefined) throw new Error("a statement without an answer");
  return factsOf(row.facts);
}

interface StoredFacts {
  readonly layers: readonly Layer[];
  readonly state: ReadonlyArray<Omit<HeadState, "revision" | "ruleSteps"> & { revision: string; ruleSteps: string }>;
  readonly counts: ReadonlyArray<{ readonly errorCount: number; readonly warningCount: number }>;
  readonly site: string | null;
  readonly hasCustomKinds: boolean;
  readonly hasRules: boolean;
  readonly otherwiseThere: ReadonlyArray<{ readonly kind: string }>;
  readonly partial: boolean;
  readonly engine: ReadonlyArray<{ readonly body: Diagnostic }>;
  readonly losses: readonly LayerDiagnostic[];
  readonly consumers: readonly LayerDiagnostic[];
}

function factsOf({ layers, state, counts, site, hasCustomKinds, hasRules, partial, ...found }: StoredFacts): HeadFacts {
  const [evaluated] = state;
  return {
    ...{ hasCustomKinds, hasRules, allWhole: !partial, siteName: site ?? undefined },
    otherwiseThere: new Set(found.otherwiseThere.map(({ kind }) => kind)),
    layers: layers.map(({ source, ...layer }) => (source === "" ? layer : { ...layer, ...(source && { source }) })),
    state: evaluated && {
      ...evaluated,
      revision: BigInt(evaluated.revision),
      ruleSteps: BigInt(evaluated.ruleSteps),
    },
    errorCount: counts[0]?.errorCount ?? 0,
    warningCount: counts[0]?.warningCount ?? 0,
    engineLosses: found.engine.map(({ body }) => body),
    consumerLosses: found.losses,
    consumers: found.consumers,
  };
}
