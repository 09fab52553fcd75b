import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A node's name is a host name. */
export const hostName: ItemRule = {
  id: "host-name",
  severity: "error",
  summary: "A node's name is a DNS label, and its full name at most 255 characters.",
  kinds: ["Node"],
  check({ kind, name, tree }) {
    const labels = name.split(".");
    if (!labels.every((one) => label.test(one))) {
      return [
        {
          kind,
          name,
          message: `${name} is no host name`,
          hint: "use letters, digits and hyphens; begin and end with a letter or digit",
        },
      ];
    }
    const fqdn = textAt(tree, "fqdn") ?? name;
    if (fqdn.length <= 255) return [];
    return [
      {
        kind,
        name,
        field: "fqdn",
        message: `the full name has ${fqdn.length} characters`,
        hint: "at most 255 are allowed",
      },
    ];
  },
};
