import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt } from "../tree-access.ts";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is one or more DNS labels with dots between them. */
export function isDomainName(text: string): boolean {
  return text.length <= 253 && text.split(".").every((one) => label.test(one));
}

/** A domain is a domain. */
export const domainName: ItemRule = {
  id: "domain-name",
  severity: "error",
  summary: "The domain of a site or network is made of DNS labels.",
  why: "A domain ends the full name of every node under it: labels of letters, digits and hyphens, at most 63 characters each and 253 in all (RFC 1123, section 2.1). Anything else is refused by name servers and provisioners.",
  kinds: ["Network", "Site"],
  check({ kind, tree }) {
    const domain = kind === "Site" ? textAt(tree, "domain") : textAt(mapAt(tree, "dns"), "domain");
    if (domain === undefined || isDomainName(domain)) return [];
    const finding: Finding = {
      field: kind === "Site" ? "domain" : "dns.domain",
      message: `${shown(domain)} is no domain name`,
      hint: "use letters, digits and hyphens between dots, such as mgmt.example.com",
    };
    return [finding];
  },
};
