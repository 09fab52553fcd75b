import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

/** Records of a name go together. */
export const duplicateRecord: ItemRule = {
  id: "duplicate-record",
  severity: "error",
  summary:
    "Records of one name are each there once, agree on how long addresses are kept, and are no others beside an alias.",
  why: "An alias (CNAME) stands for all there is of a name, so a name server refuses anything beside it (RFC 1034, section 3.6.2). Addresses of a name are kept for one time in a provisioner. A record that is there twice is mostly one that should have been another.",
  kinds: ["Site"],
  check: ({ tree }) => membersAt(tree, "dns_domains").flatMap(clashes),
};

function clashes(domain: TreeMap): Finding[] {
  const path = memberPath("dns_domains", textAt(domain, "name") ?? "");
  const names = new Map<string, { readonly record: TreeMap; readonly index: number }[]>();
  for (const [index, record] of membersAt(domain, "records").entries()) {
    const name = (textAt(record, "name") || "@").toLowerCase();
    const others = names.get(name);
    if (others === undefined) names.set(name, [{ record, index }]);
    else others.push({ record, index });
  }
  return [...names].flatMap(([name, records]) => {
    const alias = records.find(({ record }) => textAt(record, "type") === "CNAME");
    const seen = new Set<string>();
    let ttl: number | undefined;
    return records.flatMap(({ record, index }): Finding[] => {
      const field = `${path}.records[${index}]`;
      const type = textAt(record, "type") ?? "";
      const key = `${type} ${(textAt(record, "data") ?? "").trim().split(/\s+/).join(" ").toLowerCase()}`;
      if (seen.has(key)) return [{ field, message: `${shown(name)} has this record twice`, hint: "take one away" }];
      seen.add(key);
      if (alias !== undefined && alias.record !== record) {
        const message = `${shown(name)} is an alias (CNAME), and has another record`;
        return [{ field, message, hint: "take the alias or the other record away" }];
      }
      const own = type === "A" || type === "AAAA" ? numberAt(record, "ttl") : undefined;
      if (own === undefined || own === ttl) return [];
      if (ttl === undefined) {
        ttl = own;
        return [];
      }
      const message = `addresses of ${shown(name)} are kept for ${ttl} and for ${own} seconds`;
      return [{ field: `${field}.ttl`, message, hint: "give all addresses of a name one ttl" }];
    });
  });
}
