import { memberPath } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textsAt } from "../tree-access.ts";

/** A tag is one the provisioner takes. */
export const tagName: ItemRule = {
  id: "tag-name",
  severity: "warning",
  summary: "A node's tag is made of letters, digits, _ and -.",
  why: `MAAS refuses tags with anything else in them, and the node isn't deployed. Keep what doesn't fit into a tag in \`owner_data\`.`,
  kinds: ["HostProfile", "Node"],
  check: ({ tree }) =>
    textsAt(mapAt(tree, "metadata"), "tags")
      .filter((tag) => !/^[A-Za-z0-9_-]+$/.test(tag))
      .map((tag) => ({
        field: memberPath("metadata.tags", tag),
        message: `${shown(tag)} is no tag that MAAS takes`,
        hint: 'write letters, digits, "_" and "-"',
      })),
};
