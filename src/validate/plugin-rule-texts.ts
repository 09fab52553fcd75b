import type { RuleText } from "../design/rule-text.ts";

/** What is said when a plugin that reads or checks designs doesn't do its part. */
export const PLUGIN_RULES = {
  "consumer-failed": {
    severity: "error",
    summary: "A consumer of somebody else's reads the files it is given",
    why: "Files that an outside consumer (`--consumer`) could not read are missing from the design, so nothing else that is found about it can be trusted. The message says how the consumer failed: it doesn't start, ends, takes too long, or answers what its contract doesn't allow.",
  },
  "validator-failed": {
    severity: "error",
    summary: "A validator of somebody else's checks the items it is given",
    why: "A validator plugin (`--validator`, or `validators` in a server's configuration) that ends, takes too long or answers what its contract doesn't allow has checked nothing, or a part only; what it was to guard is unguarded. The findings of all other rules stand.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;
