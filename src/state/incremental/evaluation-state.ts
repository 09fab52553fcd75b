import { eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { evaluationState } from "../../db/schema.ts";
import { MOST_STEPS_OF_RULE } from "../../validate/declared-rules.ts";
import { builtInRules } from "../../validate/validate-design.ts";
import { digestOf } from "../digest.ts";
import { RESOLVER_VERSION } from "../resolver-version.ts";
import type { DesignRow } from "../store/designs.ts";

/**
 * The version of everything that makes findings: it changes with the resolver, and with the texts of the rules. It is raised by hand when a rule finds something
 * else under the same text; traces of another version are made anew.
 */
const CHECKS = 1;

/** What traces are good for: those that another version made are not. */
export const EVALUATOR_VERSION = `${RESOLVER_VERSION}.${CHECKS}.${digestOf(
  [...builtInRules.itemRules, ...builtInRules.groupRules].map(({ id, severity, summary, why, kinds }) => [
    ...[id, severity, summary, why],
    kinds,
  ]),
).slice(0, 12)}`;

/** Rules of a design share a bound on their work; from here on it may be met, which only the whole design tells. */
const MANY_STEPS = BigInt(MOST_STEPS_OF_RULE / 4);

/** The traces of a design's head. */
export interface TraceState {
  /** Whether there are any, of the version of this program. */
  readonly usable: boolean;
  /** Why a change has to be evaluated over the whole design, in words; undefined when what it touches is enough. */
  readonly reason: string | undefined;
  readonly ruleSteps: bigint;
}

/** Tells what the traces of a design's head are good for. */
export async function readTraceState(tx: Db, head: DesignRow): Promise<TraceState> {
  const [row] = await tx.select().from(evaluationState).where(eq(evaluationState.design, head.name));
  if (row === undefined) return { usable: false, reason: "the design was not evaluated yet", ruleSteps: 0n };
  const { ruleSteps } = row;
  const usable = row.plain && row.revision === head.revision && row.resolverVersion === EVALUATOR_VERSION;
  if (!usable) return { usable, reason: row.plain ? "an earlier version evaluated it" : row.reason, ruleSteps };
  return { usable, reason: ruleSteps > MANY_STEPS ? "the rules of the design take many steps" : undefined, ruleSteps };
}

/** Notes that the traces of a design are those of a revision; or, with a reason, that there are none to go by. */
export async function writeTraceState(
  tx: Db,
  design: string,
  revision: bigint,
  { reason, ruleSteps }: { readonly reason: string | undefined; readonly ruleSteps: bigint },
): Promise<void> {
  const row = {
    ...{ revision, ruleSteps, plain: reason === undefined, reason: reason ?? "" },
    resolverVersion: EVALUATOR_VERSION,
  };
  await tx
    .insert(evaluationState)
    .values({ design, ...row })
    .onConflictDoUpdate({ target: evaluationState.design, set: row });
}
