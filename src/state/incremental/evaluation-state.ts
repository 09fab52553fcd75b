import { sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { MOST_STEPS_OF_RULE } from "../../validate/declared-rules.ts";
import { builtInRules } from "../../validate/validate-design.ts";
import { digestOf } from "../digest.ts";
import { RESOLVER_VERSION } from "../resolver-version.ts";
import type { DesignRow } from "../store/designs.ts";
import type { HeadState } from "./head-facts.ts";

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

/** Whether the rules of a design take so many steps that only the whole tells whether one of them meets its bound. */
export function takesManySteps(ruleSteps: bigint): boolean {
  return ruleSteps > MANY_STEPS;
}

/** The traces of a design's head. */
export interface TraceState {
  /** Whether there are any, of the version of this program. */
  readonly usable: boolean;
  /** Why a change has to be evaluated over the whole design, in words; undefined when what it touches is enough. */
  readonly reason: string | undefined;
  readonly ruleSteps: bigint;
}

/** Tells what the traces of a design's head are good for. */
export function traceState(head: DesignRow, state: HeadState | undefined): TraceState {
  if (state === undefined) return { usable: false, reason: "the design was not evaluated yet", ruleSteps: 0n };
  const { ruleSteps } = state;
  const usable = state.plain && state.revision === head.revision && state.resolverVersion === EVALUATOR_VERSION;
  if (!usable) return { usable, reason: state.plain ? "an earlier version evaluated it" : state.reason, ruleSteps };
  return {
    usable,
    reason: takesManySteps(ruleSteps) ? "the rules of the design take many steps" : undefined,
    ruleSteps,
  };
}

/** What an evaluation's traces are good for: with a reason, there are none to go by. */
export interface TracesMade {
  readonly reason: string | undefined;
  readonly ruleSteps: bigint;
}

/** Makes a revision the head of its design, and its evaluation's traces those of the head. */
export async function moveHead(
  tx: Db,
  design: string,
  { number, valid }: { readonly number: bigint; readonly valid: boolean },
  { reason, ruleSteps }: TracesMade,
): Promise<void> {
  await tx.execute(sql`
    with state as (
      insert into bedplate.evaluation_state (design, revision, resolver_version, plain, reason, rule_steps)
      values (${design}, ${`${number}`}::text::bigint, ${EVALUATOR_VERSION}, ${reason === undefined}, ${reason ?? ""},
        ${`${ruleSteps}`}::text::bigint)
      on conflict (design) do update set revision = excluded.revision, resolver_version = excluded.resolver_version,
        plain = excluded.plain, reason = excluded.reason, rule_steps = excluded.rule_steps
    )
    update bedplate.design set revision = ${`${number}`}::text::bigint, valid = ${valid} where name = ${design}`);
}
