import type { Edit } from "../sound-design.ts";

/** Edits of the sound design after which a rule finds nothing, and some after which it finds what the marked lines say. */
export interface RuleExamples {
  readonly passes: Readonly<Record<string, readonly Edit[]>>;
  readonly fails: Readonly<Record<string, readonly Edit[]>>;
}
