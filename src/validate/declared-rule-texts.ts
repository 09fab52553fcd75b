import type { RuleText } from "../design/rule-text.ts";

/** What is said about the rules a design declares itself, when they can't be run. */
export const DECLARED_RULES = {
  "invalid-rule": {
    severity: "error",
    summary: "A rule of the design's own can be run",
    why: "An item of kind `Rule` has kinds it is checked for, an expression in CEL (the Common Expression Language) that is true for an item that is right, and a message for one that isn't. A rule that can't be compiled, or whose answer is neither true nor false, checks nothing, which nobody would notice. The message names the place in the expression; `kind`, `name`, `spec` and `lookup(kind, name)` are what it may use.",
  },
  "rule-failed": {
    severity: "error",
    summary: "A rule of the design's own comes to an answer for every item",
    why: "An expression that asks for a field an item doesn't have, compares a text with a number or runs through too long a list has no answer for that item, so the item isn't checked. It is a warning where the rule is one. Ask with `has(spec.field)` before using a field that may be absent.",
  },
  "too-many-rules": {
    severity: "error",
    summary: "A design has at most 256 rules of its own",
    why: "Each rule is evaluated for each item of its kinds, so their number is bounded. The first 256 by name are run. Bring several together with `&&`, or write a validator plugin.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;
