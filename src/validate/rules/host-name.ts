import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";
import { isDomainName } from "./domain-name.ts";

/** A node's name is a host name. */
export const hostName: ItemRule = {
  id: "host-name",
  severity: "error",
  summary: "A node's name is made of DNS labels, and its full name has at most 253 characters.",
  kinds: ["Node"],
  check({ name, tree }) {
    if (!isDomainName(name)) {
      const hint = "use letters, digits and hyphens; begin and end with a letter or digit; at most 63 between dots";
      return [{ message: `${name} is no host name`, hint }];
    }
    const fqdn = textAt(tree, "fqdn") ?? name;
    if (fqdn.length > 253)
      return [
        { field: "fqdn", message: `the full name has ${fqdn.length} characters`, hint: "at most 253 are allowed" },
      ];
    // One that was made of the name and a domain is as good as the domain, which has a rule of its own.
    if (fqdn.startsWith(`${name}.`) || isDomainName(fqdn)) return [];
    return [
      { field: "fqdn", message: "the full name is no host name", hint: "use letters, digits and hyphens between dots" },
    ];
  },
};
