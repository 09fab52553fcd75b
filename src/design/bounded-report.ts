import type { Diagnostic } from "./diagnostic.ts";

/** Findings of one rule that are taken: five for each node of the largest sites. */
const MOST_FINDINGS = 100_000;

/** Takes findings for `keep`, of each rule at most `most`; one more says where it stopped, at the place of the first that isn't taken. */
export function boundedReport(
  keep: (diagnostic: Diagnostic) => void,
  most: number = MOST_FINDINGS,
): (diagnostic: Diagnostic) => void {
  const counts = new Map<string, number>();
  return (diagnostic) => {
    const count = (counts.get(diagnostic.rule) ?? 0) + 1;
    counts.set(diagnostic.rule, count);
    if (count <= most) keep(diagnostic);
    else if (count === most + 1) {
      const message = `this rule has found more than ${most} things; from here on they are not listed`;
      keep({ ...diagnostic, message, hint: "correct what is listed and validate again", related: [] });
    }
  };
}
