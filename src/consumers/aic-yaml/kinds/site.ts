import { type Fields, type NoteConversion, rewrite, rewriteMembers } from "../located.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a site: package repositories as a mapping by name. */
export function convertSite(fields: Fields, note: NoteConversion): void {
  rewrite(fields, "repositories", (repositories) => {
    const list = namedMembers(repositories, "name");
    if (list !== repositories) note({ field: "repositories", message: "repositories by name are a list" });
    return rewriteMembers(list, (one) => one);
  });
}
