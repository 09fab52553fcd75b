import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A tag is given by a rule that can be read. */
export const tagDefinition: ItemRule = {
  id: "tag-definition",
  severity: "error",
  summary:
    "A tag definition has a rule, an XPath expression whose brackets and quotes are closed, or says what else a tag brings.",
  why: `The provisioner gives the tag to every machine whose \`lshw\` output the expression selects something of. One that can't be read is refused when the site is prepared. A tag that hosts name themselves needs no rule: what is written of it then are its kernel parameters or what it means.`,
  kinds: ["Site"],
  check: (item, context) =>
    membersAt(item.tree, "tag_definitions").flatMap((definition): Finding[] => {
      const path = memberPath("tag_definitions", textAt(definition, "tag") ?? "");
      const rule = textAt(definition, "definition");
      if (rule === undefined || rule.trim() === "") {
        const saysElse = textAt(definition, "kernel_opts") ?? textAt(definition, "comment");
        if (saysElse !== undefined || !context.isWhole(item, path)) return [];
        return [
          {
            field: path,
            message: "the tag has no rule",
            hint: "add definition: with an XPath expression, or kernel_opts:",
          },
        ];
      }
      const fault = faultOf(rule);
      if (fault === undefined) return [];
      return [{ field: `${path}.definition`, message: `the rule can't be read: ${fault}`, hint: "correct it there" }];
    }),
};

const closing: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
]);

function faultOf(rule: string): string | undefined {
  const open: { readonly bracket: string; readonly at: number }[] = [];
  for (let at = 0; at < rule.length; at++) {
    const character = rule.charAt(at);
    if (character === '"' || character === "'") {
      const end = rule.indexOf(character, at + 1);
      if (end < 0) return `the quote at character ${at + 1} isn't closed`;
      at = end;
    } else if (closing.has(character)) open.push({ bracket: character, at });
    else if (character === ")" || character === "]") {
      const last = open.pop();
      if (last === undefined || closing.get(last.bracket) !== character)
        return `found ${character} at character ${at + 1}`;
    }
  }
  const last = open.at(-1);
  return last === undefined ? undefined : `${last.bracket} at character ${last.at + 1} isn't closed`;
}
