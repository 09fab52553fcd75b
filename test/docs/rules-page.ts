import { CONSUMER_RULES, NETBOX_RULES } from "../../src/consumers/consumer-rules.ts";
import { ENGINE_RULES } from "../../src/design/engine-rules.ts";
import type { RuleText } from "../../src/design/rule-text.ts";
import { CHECK_RULES } from "../../src/validate/check-rule-texts.ts";
import { DECLARED_RULES } from "../../src/validate/declared-rule-texts.ts";
import { PLUGIN_RULES } from "../../src/validate/plugin-rule-texts.ts";
import { groupRules, itemRules } from "../../src/validate/rules.ts";
import { YAML_RULES } from "../../src/yaml/problem-list.ts";
import { airshipExamples } from "../support/rule-examples/airship.ts";
import { validationExamples } from "../support/rule-examples/all-examples.ts";
import { declaredRuleExamples, engineExamples } from "../support/rule-examples/engine.ts";
import { readingExamples } from "../support/rule-examples/reading.ts";
import type { TextExample } from "../support/rule-examples/text-examples.ts";
import { yamlExamples } from "../support/rule-examples/yaml.ts";
import { type Edit, edited, soundDesign } from "../support/sound-design.ts";
import { changedLines } from "./changed-lines.ts";

/** A rule as the page shows it. */
interface PageRule extends RuleText {
  readonly id: string;
  /** Markdown of a design that passes and one that fails; absent where there can be none. */
  readonly examples?: { readonly pass: string; readonly fail: string };
}

interface PageGroup {
  readonly title: string;
  readonly intro: string;
  readonly rules: readonly PageRule[];
}

/** Rules whose examples are whole small designs: where they come from, what the page says of them, and the examples. */
export const textGroups: readonly {
  readonly title: string;
  readonly intro: string;
  readonly rules: Readonly<Record<string, RuleText>>;
  readonly examples: Readonly<Record<string, TextExample>>;
}[] = [
  {
    title: "Files",
    intro: "What is wrong with a file as YAML. Everything before a syntax error is still read and checked.",
    rules: YAML_RULES,
    examples: yamlExamples,
  },
  {
    title: "The design as a whole",
    intro: "What is wrong when documents are composed by layers and items resolved by inheritance.",
    rules: ENGINE_RULES,
    examples: engineExamples,
  },
  {
    title: "Documents and their forms",
    intro:
      "What is wrong with a document before anything is known of the design. Some rules are about earlier forms only.",
    rules: CONSUMER_RULES,
    examples: { ...readingExamples, ...airshipExamples },
  },
  {
    title: "A NetBox",
    intro: "What keeps an object of a NetBox that is followed as a source from saying what it means for a design.",
    rules: NETBOX_RULES,
    examples: {},
  },
  {
    title: "Rules of a design's own",
    intro:
      "A design may bring rules of its own, as items of kind `Rule`. Their findings carry the item's name as their rule.",
    rules: DECLARED_RULES,
    examples: declaredRuleExamples,
  },
  {
    title: "Plugins",
    intro:
      "A plugin may read files in a form of its own, or check items by rules of its own. What it finds it names itself; this is what is said of the plugin.",
    rules: PLUGIN_RULES,
    examples: {},
  },
];

/** Rules that no small design shows, and why. */
export const withoutExample: ReadonlyMap<string, string> = new Map([
  ["internal-error", "There is no design for it: it is a fault of the program."],
  ["layer-set-otherwise", "It needs a server on which the layer was set before."],
  ["other-site-type", "It needs a directory with sites of several types."],
  ["rendered-limit", "It needs more documents than a page holds."],
  ["consumer-failed", "It needs a consumer plugin that fails."],
  ["netbox-address", "It needs a NetBox."],
  ["netbox-name", "It needs a NetBox."],
  ["netbox-nameless", "It needs a NetBox."],
  ["validator-failed", "It needs a validator plugin that fails."],
  ["too-many-findings", "It needs a call of the validator service with more findings than one answer holds."],
]);

/** What is said of no design, but of the checks themselves. */
export const ownFaults: readonly PageRule[] = Object.entries(CHECK_RULES).map(([id, text]) => ({ id, ...text }));

const longestText = 36;

function yaml(text: string): string {
  const lines = text.trimEnd().split("\n");
  const shown =
    lines.length <= longestText
      ? lines
      : [...lines.slice(0, 10), `# … ${lines.length - 20} lines more …`, ...lines.slice(-10)];
  return ["```yaml", ...shown.map((line) => printable(line.slice(0, 160))), "```"].join("\n");
}

/** Control characters as escapes, so that the page stays a text. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cs}]/gu, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function diff(edits: readonly Edit[]): string {
  return ["```diff", ...changedLines(soundDesign, edited(soundDesign, edits)), "```"].join("\n");
}

function textRules(): PageGroup[] {
  const seen = new Set<string>();
  return textGroups.map(({ title, intro, rules, examples }) => ({
    title,
    intro,
    rules: Object.entries(rules)
      .filter(([id]) => !seen.has(id) && seen.add(id))
      .map(([id, text]): PageRule => {
        const example = examples[id];
        return {
          id,
          ...text,
          ...(example && { examples: { pass: `:\n\n${yaml(example.pass)}`, fail: `:\n\n${yaml(example.fail)}` } }),
        };
      }),
  }));
}

function validationRules(): PageGroup[] {
  const byId = new Map([...itemRules, ...groupRules].map((rule) => [rule.id, rule]));
  return validationExamples.map(({ subject, examples }) => ({
    title: subject,
    intro: "",
    rules: Object.entries(examples)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([id, { passes, fails }]): PageRule[] => {
        const rule = byId.get(id);
        const [[passLabel, pass] = ["", []]] = Object.entries(passes);
        const [[failLabel, fail] = ["", []]] = Object.entries(fails);
        if (rule === undefined) return [];
        const { severity, summary, why = "" } = rule;
        const labelled = (label: string, edits: readonly Edit[]) => ` (${label}):\n\n${diff(edits)}`;
        return [
          {
            id,
            severity,
            summary,
            why,
            examples: { pass: labelled(passLabel, pass), fail: labelled(failLabel, fail) },
          },
        ];
      }),
  }));
}

function section({ id, severity, summary, why, examples }: PageRule): string {
  const parts = [`### ${id}`, `**${severity}** · ${summary.replace(/\.$/, "")}.`, why];
  const reason = withoutExample.get(id);
  if (reason !== undefined) parts.push(reason);
  if (examples !== undefined) parts.push(`Passes${examples.pass}`, `Fails${examples.fail}`);
  return parts.join("\n\n");
}

/** The page of rules, `docs/rules.md`: every rule of every room, with its severity, its reason and an example that passes and one that fails. */
export function rulesPage(): string {
  const groups = [...textRules(), ...validationRules()];
  const contents = groups.map(
    ({ title, rules }) => `- **${title}**: ${rules.map(({ id }) => `[${id}](#${id})`).join(" · ")}`,
  );
  const sections = groups.flatMap(({ title, intro, rules }) => [
    `## ${title}`,
    ...(intro === "" ? [] : [intro]),
    ...rules.map(section),
  ]);
  return `${[
    "# Rules",
    "<!-- Made by `npm run docs:rules` from the rules and their examples in `test/support/rule-examples`: don't edit. -->",
    "What `bedplate validate` finds, by the id each finding carries. An **error** makes a revision invalid; a **warning** is most often a slip, and what real sites do without harm; **info** is a notice. A finding may be milder or graver than its rule's usual severity, which the text then says.",
    "A comment `# <- rule-id` stands on the line the finding is about, with the severity in brackets where it isn't the rule's own. Examples in `diff` form are changes of [the sound design](#the-sound-design) at the end of this page.",
    contents.join("\n"),
    ...sections,
    "## Faults and limits of the checks",
    ...ownFaults.map(section),
    "## The sound design",
    "No rule has anything to say about this one.",
    ["```yaml", soundDesign.trimEnd(), "```"].join("\n"),
  ].join("\n\n")}\n`;
}
