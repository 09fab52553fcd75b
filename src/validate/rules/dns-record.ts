import { memberPath } from "../names.ts";
import { isRecordName, recordDataFault } from "../record-value.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A record can be answered with. */
export const dnsRecord: ItemRule = {
  id: "dns-record",
  severity: "error",
  summary: "A DNS record has a name within its domain, a type, and data of that type.",
  why: `The data are what stands right of the type in a zone file: an address for A and AAAA, a host name for CNAME and NS, \`10 mail.example.com.\` for MX, \`0 5 5060 sip.example.com.\` for SRV. A host name that ends in a dot is
complete; one that doesn't has the domain added. The name is one label, "@" for the domain itself, "*", or \`_service._protocol\` for SRV; a name of several labels needs a domain of its own. The provisioner refuses anything else when the site is prepared.`,
  kinds: ["Site"],
  check: (item, context) =>
    membersAt(item.tree, "dns_domains").flatMap((domain) => {
      const path = memberPath("dns_domains", textAt(domain, "name") ?? "");
      return membersAt(domain, "records").flatMap((record, index): Finding[] => {
        const field = `${path}.records[${index}]`;
        const [name, type, data] = ["name", "type", "data"].map((part) => textAt(record, part));
        if (type === undefined || data === undefined) {
          if (!context.isWhole(item, field)) return [];
          const lacking = type === undefined ? "type" : "data";
          return [{ field, message: `the record has no ${lacking}`, hint: `add ${lacking}:` }];
        }
        const found: Finding[] = [];
        if (name !== undefined && !isRecordName(type, name)) {
          const hint = 'write one label, "@" for the domain itself, or _service._protocol for SRV';
          found.push({
            field: `${field}.name`,
            message: `${shown(name)} is no name of a record of type ${type}`,
            hint,
          });
        }
        const wanted = recordDataFault(type, data);
        if (wanted !== undefined) {
          const message = `found ${shown(data)}, expected ${wanted}`;
          found.push({ field: `${field}.data`, message, hint: `write what a zone file has right of ${type}` });
        }
        return found;
      });
    }),
};
