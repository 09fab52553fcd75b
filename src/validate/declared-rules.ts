import type { CelInput } from "@bufbuild/cel";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { hideSecrets } from "../design/hide-secrets.ts";
import type { TreeMap } from "../design/tree.ts";
import type { CelOutcome, CelProgram } from "./cel-program.ts";
import { celValue } from "./cel-values.ts";
import { DECLARED_RULES } from "./declared-rule-texts.ts";
import { type ReadRule, readRule } from "./read-declared-rule.ts";
import type { Finding, ItemRule, RuleContext } from "./rule.ts";

const MOST_RULES = 256;
/** Turns of its loops that a rule may take over all items. */
export const MOST_STEPS_OF_RULE = 5_000_000;
const MOST_LOOKED_UP = 1000;
/** Findings of all rules of a design together. */
const MOST_FINDINGS = 100_000;

/**
 * The rules a design declares itself, in the order of their names: one to tell what is wrong with them, and one for each that can be run. Its id is the name
 * of its item. `spend` is told the turns of loops that each takes. An item that isn't whole isn't checked; one it comes to no answer for is a finding `rule-failed`. Empty when the design declares none.
 */
export function declaredRules(
  evaluation: Pick<Evaluation, "items" | "kinds">,
  spend: (rule: string, steps: number) => void = () => {},
): readonly ItemRule[] {
  const items = [...evaluation.items.values()].filter(({ kind }) => kind === "Rule");
  if (items.length === 0) return [];
  const read = new Map(items.map((item) => [item.name, readRule(item, evaluation)]));
  const toCel = converter(evaluation);
  const runnable = [...read.values()].slice(0, MOST_RULES).filter((rule) => rule.program !== undefined);
  const together = { left: MOST_FINDINGS };
  return [checkOfRules(read), ...runnable.map((rule) => itemRule(rule, toCel, together, spend))];
}

/** Tells what is wrong with the rules themselves. */
function checkOfRules(read: ReadonlyMap<string, ReadRule>): ItemRule {
  const last = [...read.keys()][MOST_RULES - 1];
  const excess = [...read.keys()][MOST_RULES];
  return {
    ...{ id: "invalid-rule", ...DECLARED_RULES["invalid-rule"], kinds: ["Rule"] },
    check({ name }, context) {
      const findings = (read.get(name)?.findings ?? []).filter(({ field }) =>
        context.isWhole({ kind: "Rule", name }, field),
      );
      if (name !== excess) return findings;
      const message = `found ${read.size} rules, expected at most ${MOST_RULES}; those behind ${last} by name are not run`;
      return [...findings, { rule: "too-many-rules", message, hint: "bring several rules together with &&" }];
    },
  };
}

function itemRule(
  rule: ReadRule,
  toCel: Converter,
  together: { left: number },
  spend: (rule: string, steps: number) => void,
): ItemRule {
  const { name, severity, program } = rule;
  let stepsLeft = MOST_STEPS_OF_RULE;
  return {
    ...{ id: name, severity, summary: rule.message, why: rule.message, kinds: rule.kinds },
    check(item, context) {
      if (program === undefined || stepsLeft <= 0 || together.left <= 0 || !context.isWhole(item)) return [];
      const { outcome, steps } = run(program, item, context, toCel);
      stepsLeft -= steps;
      spend(name, steps);
      const found = findingOf(outcome, rule);
      together.left -= found.length;
      if (stepsLeft <= 0) return [...found, stopped(rule, item)];
      return found.length > 0 && together.left <= 0 ? [...found, full(rule)] : found;
    },
  };
}

function run(program: CelProgram, item: EffectiveItem, context: RuleContext, toCel: Converter) {
  return program.run({
    kind: item.kind,
    name: item.name,
    spec: toCel.subject(item),
    lookup(kind, name) {
      const other = context.lookup(kind, name);
      return other === undefined ? null : toCel.other(other);
    },
  });
}

function findingOf(outcome: CelOutcome, { name, severity, field, message, hint }: ReadRule): readonly Finding[] {
  const about = { kind: "Rule", name };
  switch (outcome.type) {
    case "answered":
      return outcome.holds ? [] : [{ ...(field !== undefined && { field }), message, hint }];
    case "no-answer":
      return [
        {
          ...{ about, field: "check", rule: "invalid-rule", severity: "error" },
          message: `the expression gives a value of type ${outcome.found}, expected true or false`,
          hint: "compare the value with something",
        },
      ];
    case "failed":
      return [
        {
          ...(field !== undefined && { field }),
          rule: "rule-failed",
          severity: severity === "error" ? "error" : "warning",
          message: `rule ${name} has no answer: ${outcome.reason}`,
          hint: hintFor(outcome.reason),
          related: [{ ...about, field: "check", message: "the rule" }],
        },
      ];
  }
}

/** The next step where an expression has no answer. */
function hintFor(reason: string): string {
  if (/not found|no such/.test(reason)) return "ask for a field that may be absent with has(spec.field) first";
  return / more than /.test(reason)
    ? "have it look at less, or check it by a validator plugin"
    : "write the expression so that it has an answer for every item";
}

function stopped({ name }: ReadRule, { kind, name: last }: EffectiveItem): Finding {
  return {
    ...{ about: { kind: "Rule", name }, field: "check", rule: "rule-failed", severity: "error" },
    message: `the loops of rule ${name} took ${MOST_STEPS_OF_RULE} turns; items behind ${kind}/${last} were not checked`,
    hint: "have it look at less, or check it by a validator plugin",
  };
}

function full({ name }: ReadRule): Finding {
  return {
    ...{ about: { kind: "Rule", name }, rule: "rule-failed", severity: "error" },
    message: `the rules of the design have found ${MOST_FINDINGS} things; from here on they are not run`,
    hint: "correct what is listed, or the rules, and validate again",
  };
}

/** Turns items into what expressions see, secrets hidden. */
interface Converter {
  subject(item: EffectiveItem): CelInput;
  other(item: EffectiveItem): CelInput;
}

/** All rules of an item are run before the next item's, so one is kept; those that rules look up are few and looked up often. */
function converter({ kinds }: Pick<Evaluation, "kinds">): Converter {
  const convert = ({ kind, tree }: EffectiveItem) => celValue(hideSecrets(kinds.get(kind), tree));
  let last: { readonly tree: TreeMap; readonly value: CelInput } | undefined;
  const others = new Map<TreeMap, CelInput>();
  return {
    subject(item) {
      if (last?.tree !== item.tree) last = { tree: item.tree, value: convert(item) };
      return last.value;
    },
    other(item) {
      const known = others.get(item.tree);
      if (known !== undefined) return known;
      if (others.size >= MOST_LOOKED_UP) others.clear();
      const value = convert(item);
      others.set(item.tree, value);
      return value;
    },
  };
}
