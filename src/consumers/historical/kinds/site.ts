import { type MapDraft, rewrite, rewriteMap, takeEntry } from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a site: package repositories as a mapping by name. */
export function convertSite(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "repositories", (repositories) => {
    if (repositories.kind !== "map") return repositories;
    item.note("repositories", "repositories by name are a list");
    return namedMembers(withoutSwitch(repositories, item), "name", "repositories", item);
  });
}

function withoutSwitch(repositories: Parameters<typeof rewriteMap>[0], item: ItemContext) {
  return rewriteMap(repositories, (draft) => {
    const removal = takeEntry(draft, "remove_unlisted");
    if (removal === undefined) return;
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
