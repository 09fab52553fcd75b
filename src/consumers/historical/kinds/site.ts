import type { YamlNode } from "../../../yaml/node.ts";
import {
  isNothing,
  type MapDraft,
  putEntry,
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

/** Rewrites a site: package repositories as a mapping by name, with a switch among them. */
export function convertSite(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "repositories", (repositories) => {
    if (repositories.kind !== "map") return withoutOptions(repositories, item);
    item.note("repositories", "repositories by name are a list");
    return withoutOptions(namedMembers(withoutSwitch(repositories, fields, item), "name", "repositories", item), item);
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

/** The switch among the repositories is a field of the site. */
function withoutSwitch(repositories: YamlNode, fields: MapDraft, item: ItemContext): YamlNode {
  return rewriteMap(repositories, (draft) => {
    const removal = takeEntry(draft, "remove_unlisted");
    if (removal === undefined) return;
    putEntry(fields, { ...removal, key: "remove_unlisted_repositories" });
    item.note("remove_unlisted_repositories", "remove_unlisted of repositories is a field of the site");
  });
}
