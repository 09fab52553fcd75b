import type { YamlNode } from "../../../yaml/node.ts";
import {
  isNothing,
  type MapDraft,
  rewrite,
  rewriteMap,
  rewriteMembers,
  takeEntry,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a site: package repositories as a mapping by name. */
export function convertSite(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "repositories", (repositories) => {
    if (repositories.kind !== "map") return withoutOptions(repositories, item);
    item.note("repositories", "repositories by name are a list");
    return withoutOptions(namedMembers(withoutSwitch(repositories, item), "name", "repositories", item), item);
  });
}

/** Options of a repository, which no provisioner was ever given. */
function withoutOptions(repositories: YamlNode, item: ItemContext): YamlNode {
  return rewriteMembers(repositories, (repository) =>
    rewriteMap(repository, (draft) => {
      const options = takeEntry(draft, "options");
      if (options === undefined || isNothing(options.value)) return;
      item.report({
        rule: "ignored-field",
        severity: "warning",
        message: "found options of a repository, which have no effect",
        hint: "remove them",
        at: options.keyPosition,
        field: memberPath("repositories", textOf(valueAt(draft, "name")) ?? ""),
      });
    }),
  );
}

function withoutSwitch(repositories: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(repositories, (draft) => {
    const removal = takeEntry(draft, "remove_unlisted");
    if (removal === undefined) return;
    if (removal.value.kind === "scalar" && removal.value.value === false) {
      item.note("repositories", "remove_unlisted is false: repositories that are not listed stay");
      return;
    }
    item.report({
      rule: "ignored-field",
      severity: "warning",
      message: "found remove_unlisted, which has no effect: repositories that are not listed stay",
      hint: "remove it",
      at: removal.keyPosition,
      field: "repositories",
    });
  });
}
