import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import type { Diagnostic } from "../../src/design/diagnostic.ts";
import { type Evaluation, evaluateDesign } from "../../src/design/evaluate-design.ts";
import { groupRules, itemRules } from "../../src/validate/rules.ts";
import { type RuleSet, validateDesign } from "../../src/validate/validate-design.ts";

/** What became of a design: the effective items, and everything found, by file and line. */
export interface CheckedDesign {
  readonly evaluation: Evaluation;
  readonly diagnostics: readonly Diagnostic[];
  /** Each finding as `file:line severity rule`, in the order of the files and lines. */
  readonly found: readonly string[];
}

/** Reads, composes, resolves and validates files of the AIC forms, by their names, with the real parts. */
export function checkDesign(
  files: Readonly<Record<string, string>>,
  rules: RuleSet = { itemRules, groupRules },
): CheckedDesign {
  const { documents, diagnostics } = readDesignFiles(Object.entries(files).map(([uri, text]) => ({ uri, text })));
  const layered = documents.map((document) => ({ layer: document.part || "main", document }));
  const evaluation = evaluateDesign({ documents: layered, layers: [], diagnostics });
  const all = [...evaluation.diagnostics, ...validateDesign(evaluation, rules).diagnostics];
  return { evaluation, diagnostics: all, found: findingTexts(all) };
}

const mark = /#.*<- ([a-z0-9 ,()-]+)$/;

/**
 * The findings that comments in the files announce, each `# <- rule-id`, several with commas between, in the form of `CheckedDesign.found`. A severity other
 * than the rule's own stands behind it in brackets; rules of other rooms are errors.
 */
export function markedFindings(files: Readonly<Record<string, string>>): readonly string[] {
  const severities = new Map<string, string>([...itemRules, ...groupRules].map((rule) => [rule.id, rule.severity]));
  const marked = Object.entries(files).flatMap(([uri, text]) =>
    text.split("\n").flatMap((line, index) =>
      (mark.exec(line)?.[1] ?? "").split(",").flatMap((entry) => {
        const [rule, bracketed] = entry.trim().split(/\s+/);
        if (rule === undefined || rule === "") return [];
        const severity = bracketed?.replace(/[()]/g, "") ?? severities.get(rule) ?? "error";
        return [`${uri}:${index + 1} ${severity} ${rule}`];
      }),
    ),
  );
  return inOrder(marked);
}

/** Findings as `file:line severity rule`, in the order of the files and lines. */
export function findingTexts(diagnostics: readonly Diagnostic[]): readonly string[] {
  return inOrder(diagnostics.map(textOf));
}

function textOf({ location, severity, rule }: Diagnostic): string {
  return `${location === undefined ? "-" : `${location.uri}:${location.line}`} ${severity} ${rule}`;
}

function inOrder(findings: readonly string[]): readonly string[] {
  return findings.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
