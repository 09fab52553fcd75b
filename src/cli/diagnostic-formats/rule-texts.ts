import { CONSUMER_RULES, NETBOX_RULES } from "../../consumers/consumer-rules.ts";
import { ENGINE_RULES } from "../../design/engine-rules.ts";
import type { RuleText } from "../../design/rule-text.ts";
import { CHECK_RULES } from "../../validate/check-rule-texts.ts";
import { DECLARED_RULES } from "../../validate/declared-rule-texts.ts";
import { PLUGIN_RULES } from "../../validate/plugin-rule-texts.ts";
import { groupRules, itemRules } from "../../validate/rules.ts";
import { YAML_RULES } from "../../yaml/problem-list.ts";

/** What there is to say about a rule, whatever it found. */
export type KnownRule = Omit<RuleText, "why"> & Partial<Pick<RuleText, "why">>;

/** The texts of all rules that have some, by id. */
export function ruleTexts(): ReadonlyMap<string, KnownRule> {
  const texts = new Map<string, KnownRule>([
    ...Object.entries(YAML_RULES),
    ...Object.entries(CONSUMER_RULES),
    ...Object.entries(NETBOX_RULES),
    ...Object.entries(ENGINE_RULES),
    ...Object.entries(CHECK_RULES),
    ...Object.entries(DECLARED_RULES),
    ...Object.entries(PLUGIN_RULES),
  ]);
  for (const rule of [...itemRules, ...groupRules]) texts.set(rule.id, rule);
  return texts;
}
