import type { RuleText } from "../../design/rule-text.ts";

/** What is said when a plugin given by an option doesn't do its part. */
export const OUTSIDE_RULES = {
  "consumer-failed": {
    severity: "error",
    summary: "A consumer given by --consumer reads the files",
    why: "Files that an outside consumer could not read are missing from the design, so nothing else that is found about it can be trusted. The message says how the consumer failed: it doesn't start, ends, takes too long, or answers what its contract doesn't allow.",
  },
  "validator-failed": {
    severity: "error",
    summary: "A validator given by --validator checks the items",
    why: "A validator that ends, takes too long or answers what its contract doesn't allow has checked nothing, or a part only; what it was to guard is unguarded. The findings of all other rules stand.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;
