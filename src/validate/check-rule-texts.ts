import type { RuleText } from "../design/rule-text.ts";

/** What is said of no design, but of the checks themselves. */
export const CHECK_RULES = {
  "internal-error": {
    severity: "error",
    summary: "A rule comes to its end",
    why: "A rule of Bedplate failed on this item: that is a fault of ours, not of the design. Every other rule was run, and its findings stand. Please report it with the message.",
  },
  "too-many-findings": {
    severity: "error",
    summary: "The findings about the items of one call fit into its answer",
    why: "The validator service answers one call with one message, whose size is bounded. The findings that fit are in it, the others are not. Send fewer items with a call.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;
