import { fullNamePlace, namePlace } from "../name-place.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";
import { isDomainName } from "./domain-name.ts";

/** A node's name is a host name. */
export const hostName: ItemRule = {
  id: "host-name",
  severity: "error",
  summary: "A node's name is made of DNS labels, and its full name has at most 253 characters.",
  why: "A node's name becomes its host name, and with its domain its name in the DNS: labels of letters, digits and hyphens, at most 63 each, a letter or digit at both ends (RFC 1123, section 2.1). Provisioners refuse anything else, an underscore most often.",
  kinds: ["Node"],
  check(item, context) {
    const { name, tree } = item;
    if (!isDomainName(name)) {
      const hint = "use letters, digits and hyphens; begin and end with a letter or digit; at most 63 between dots";
      const at = namePlace(item, context);
      return [{ ...(at && { at }), message: `${shown(name)} is no host name`, hint }];
    }
    const fqdn = textAt(tree, "fqdn") ?? name;
    if (fqdn.length > 253) {
      const network = textAt(tree, "primary_network") ?? "";
      return [
        {
          ...fullNamePlace(item, context),
          message: `the full name has ${fqdn.length} characters, and at most 253 are allowed`,
          hint: "shorten the name, or the domain of the node's primary network",
          related: [{ kind: "Network", name: network, field: "dns.domain", message: "the domain of its network" }],
        },
      ];
    }
    // One that was made of the name and a domain is as good as the domain, which has a rule of its own.
    if (fqdn.startsWith(`${name}.`) || isDomainName(fqdn)) return [];
    return [
      {
        field: "fqdn",
        message: `the full name ${shown(fqdn)} is no host name`,
        hint: "use letters, digits and hyphens between dots",
      },
    ];
  },
};
