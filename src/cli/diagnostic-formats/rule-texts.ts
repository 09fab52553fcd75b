import { CONSUMER_RULES } from "../../consumers/reading/rules.ts";
import type { Severity } from "../../design/diagnostic.ts";
import { groupRules, itemRules } from "../../validate/rules.ts";
import { YAML_RULES } from "../../yaml/problem-list.ts";

/** What there is to say about a rule, whatever it found. */
export interface RuleText {
  /** What must hold, one line. */
  readonly summary: string;
  /** Why, and how to mend it: a paragraph of Markdown. */
  readonly why?: string;
  /** How bad its findings are unless they say otherwise. */
  readonly severity?: Severity;
}

/** The texts of all rules that have some, by id. */
export function ruleTexts(): ReadonlyMap<string, RuleText> {
  const texts = new Map<string, RuleText>();
  for (const room of [YAML_RULES, CONSUMER_RULES]) for (const [id, text] of Object.entries(room)) texts.set(id, text);
  for (const rule of [...itemRules, ...groupRules]) texts.set(rule.id, rule);
  return texts;
}
