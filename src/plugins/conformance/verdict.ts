/** What came of one rule. */
export type Outcome = "pass" | "fail" | "skip";

/** The verdict on one rule. */
export type Verdict = {
  /** Id of the rule, such as "C02". */
  readonly id: string;
  /** The rule, in one line. */
  readonly title: string;
  readonly outcome: Outcome;
  /** Why it failed or was skipped, in one line; empty when it passed. */
  readonly reason: string;
  readonly durationMs: number;
};

/** The rule doesn't apply, or what it needs wasn't given. The message says which. */
export class CaseSkipped extends Error {
  override name = "CaseSkipped";
}

/** The driver broke the rule. The message says what it did and what it should have done. */
export class CaseFailed extends Error {
  override name = "CaseFailed";
}

/** Fails the case unless the condition holds. */
export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new CaseFailed(otherwise);
}
