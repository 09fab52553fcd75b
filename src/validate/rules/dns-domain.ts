import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";
import { isDomainName } from "./domain-name.ts";

/** A domain the provisioner serves is a domain. */
export const dnsDomain: ItemRule = {
  id: "dns-domain",
  severity: "error",
  summary: "A DNS domain of the site is made of DNS labels.",
  why: "The provisioner makes a zone of each of these domains, and refuses a name that isn't made of labels of letters, digits and hyphens with dots between them (RFC 1123, section 2.1).",
  kinds: ["Site"],
  check: ({ tree }) =>
    membersAt(tree, "dns_domains").flatMap((domain): Finding[] => {
      const name = textAt(domain, "name");
      if (name === undefined || isDomainName(name.replace(/\.$/, ""))) return [];
      const hint = "use letters, digits and hyphens between dots, such as dc1.example.com";
      return [{ field: memberPath("dns_domains", name), message: `${shown(name)} is no domain name`, hint }];
    }),
};
