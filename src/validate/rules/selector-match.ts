import { labelsOf, rackOf, type Selector, selectorOfTree, tagsOf } from "../../design/selector.ts";
import { deploymentGroups } from "../deployment-groups.ts";
import { memberPath } from "../names.ts";
import type { Fact, GroupRule, Subject } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt } from "../tree-access.ts";

/** A selector asks for what a node has. */
export const selectorMatch: GroupRule = {
  id: "selector-match",
  severity: "warning",
  summary: "A rack, tag or label that a boot action or a deployment group selects by is that of a node.",
  why: `A selector that asks for a tag nobody has selects nothing, and nobody notices until the machine lacks what it should have got, or comes too early. Mostly one of the two names has a slip in it.`,
  kinds: ["BootAction", "Site", "Node"],
  askedBy: ["BootAction", "Site"],
  least: 1,
  facts({ kind, name, tree }) {
    if (kind === "BootAction") return wantedBy({ kind, name }, selectorOfTree(mapAt(tree, "nodes")), "nodes", 1);
    if (kind === "Site") {
      return deploymentGroups(tree).flatMap(({ path, selector }) =>
        selector === undefined ? [] : wantedBy({ kind, name }, selector, `${path}.selector`, 1),
      );
    }
    const rack = rackOf(tree);
    return [
      ...(rack === undefined ? [] : [`rack/${rack}`]),
      ...tagsOf(tree).map((tag) => `tag/${tag}`),
      ...[...labelsOf(tree)].map(([key, value]) => `label/${key}=${value}`),
    ].map((key) => ({ key, kind, name, field: "metadata" }));
  },
  check(facts, context) {
    if (facts.some(({ kind }) => kind === "Node") || !context.hasKind("Node")) return [];
    if (!context.areWhole("Node", "metadata")) return [];
    return facts.map((fact) => {
      const slash = fact.key.indexOf("/");
      return {
        about: fact,
        field: fact.field,
        message: `no node has the ${fact.key.slice(0, slash)} ${shown(fact.key.slice(slash + 1))}`,
        hint: "correct it here or at the nodes",
      };
    });
  },
};

function wantedBy(subject: Subject, selector: Selector, path: string, depth: number): readonly Fact[] {
  if (depth > 16) return [];
  const { racks, tags, labels, anyOf, allOf } = selector;
  return [
    ...racks.map((rack) => ({ key: `rack/${rack}`, ...subject, field: memberPath(`${path}.racks`, rack) })),
    ...tags.map((tag) => ({ key: `tag/${tag}`, ...subject, field: memberPath(`${path}.tags`, tag) })),
    ...Object.entries(labels).map(([key, value]) => ({
      ...{ key: `label/${key}=${value}`, ...subject },
      field: memberPath(`${path}.labels`, key),
    })),
    ...anyOf.flatMap((each, index) => wantedBy(subject, each, `${path}.any_of[${index}]`, depth + 1)),
    ...allOf.flatMap((each, index) => wantedBy(subject, each, `${path}.all_of[${index}]`, depth + 1)),
  ];
}
