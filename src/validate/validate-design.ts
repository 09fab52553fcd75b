import type { Diagnostic } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { itemKeyText } from "../design/item-key.ts";
import type { Fact, Finding, GroupRule, ItemRule, RuleContext } from "./rule.ts";
import { groupRules, itemRules } from "./rules.ts";

/** What validation found, and how many rules were run, per item or per key. */
export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  readonly ruleRuns: number;
}

/** The rules to run; the built-in ones when absent. */
export interface RuleSet {
  readonly itemRules: readonly ItemRule[];
  readonly groupRules: readonly GroupRule[];
}

/**
 * Runs every rule over the effective items of a design. The result is in the order of places. A rule that throws yields an `internal-error` and hides
 * nothing else. A finding that many items inherit from one place is given once.
 */
export function validateDesign(evaluation: Evaluation, rules: RuleSet = { itemRules, groupRules }): Validation {
  const collected = createCollector(evaluation);
  const context: RuleContext = {
    lookup: (kind, name) => evaluation.items.get(itemKeyText({ kind, name })),
    isWhole: (item) => evaluation.isWhole(item.kind, item.name),
  };
  let ruleRuns = 0;
  for (const item of evaluation.items.values()) {
    for (const rule of rules.itemRules) {
      if (!rule.kinds.includes(item.kind)) continue;
      ruleRuns++;
      collected.add(rule, () => rule.check(item, context), item);
    }
  }
  for (const rule of rules.groupRules) {
    for (const facts of factsByKey(rule, evaluation, collected).values()) {
      if (facts.length < 2) continue;
      ruleRuns++;
      collected.add(rule, () => rule.check(facts), facts[0]);
    }
  }
  return { diagnostics: collected.diagnostics(), ruleRuns };
}

function factsByKey(rule: GroupRule, evaluation: Evaluation, collected: Collector): Map<string, Fact[]> {
  const byKey = new Map<string, Fact[]>();
  for (const item of evaluation.items.values()) {
    if (!rule.kinds.includes(item.kind)) continue;
    let facts: readonly Fact[] = [];
    collected.add(
      rule,
      () => {
        facts = rule.facts(item);
        return [];
      },
      item,
    );
    for (const fact of facts) {
      const known = byKey.get(fact.key);
      if (known === undefined) byKey.set(fact.key, [fact]);
      else known.push(fact);
    }
  }
  return byKey;
}

interface Collector {
  add(
    rule: ItemRule | GroupRule,
    run: () => readonly Finding[],
    subject: Pick<EffectiveItem, "kind" | "name"> | undefined,
  ): void;
  diagnostics(): readonly Diagnostic[];
}

function createCollector(evaluation: Evaluation): Collector {
  const found = new Map<string, { diagnostic: Diagnostic; others: number }>();
  const keep = (diagnostic: Diagnostic) => {
    const { uri, line, column } = diagnostic.location ?? { uri: "", line: 0, column: 0 };
    const key = JSON.stringify([
      diagnostic.rule,
      uri,
      line,
      column,
      diagnostic.location === undefined ? diagnostic.name : "",
      diagnostic.field,
    ]);
    const same = found.get(key);
    if (same === undefined) found.set(key, { diagnostic, others: 0 });
    else if (same.diagnostic.name !== diagnostic.name) same.others++;
  };
  return {
    add(rule, run, subject) {
      try {
        for (const finding of run()) keep(toDiagnostic(rule, finding, evaluation));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const location = subject === undefined ? undefined : evaluation.locate(subject.kind, subject.name);
        keep({
          rule: "internal-error",
          severity: "error",
          message: `rule ${rule.id} failed: ${message}`.slice(0, 1024),
          hint: "this is a fault of Bedplate; the other rules were run",
          ...(subject === undefined ? {} : { kind: subject.kind, name: subject.name }),
          ...(location === undefined ? {} : { location }),
          related: [],
        });
      }
    },
    diagnostics: () => [...found.values()].map(withOthers).toSorted(byPlace),
  };
}

function withOthers({ diagnostic, others }: { diagnostic: Diagnostic; others: number }): Diagnostic {
  return others === 0
    ? diagnostic
    : { ...diagnostic, message: `${diagnostic.message} (and in ${others} more that inherit it)` };
}

function toDiagnostic(rule: ItemRule | GroupRule, finding: Finding, evaluation: Evaluation): Diagnostic {
  const location = evaluation.locate(finding.kind, finding.name, finding.field);
  return {
    rule: rule.id,
    severity: finding.severity ?? rule.severity,
    message: finding.message,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    kind: finding.kind,
    name: finding.name,
    ...(finding.field === undefined ? {} : { field: finding.field }),
    ...(location === undefined ? {} : { location }),
    related: (finding.related ?? []).flatMap(({ kind, name, field, message }) => {
      const place = evaluation.locate(kind, name, field);
      return place === undefined ? [] : [{ message, location: place }];
    }),
  };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const left = a.location;
  const right = b.location;
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  if (left.uri !== right.uri) return left.uri < right.uri ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
