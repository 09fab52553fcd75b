import { memberKey } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

/** A device belongs to one interface; the boot interface may share one. */
export const sharedDevice: ItemRule = {
  id: "shared-device",
  severity: "error",
  summary: "A device is a slave of one interface. Sharing it with the boot interface is a warning.",
  kinds: ["HostProfile", "Node"],
  check({ kind, name, tree }) {
    const owners = new Map<string, string>();
    const findings: Finding[] = [];
    for (const one of membersAt(tree, "interfaces")) {
      const owner = textAt(one, "name") ?? "";
      for (const slave of textsAt(one, "slaves")) {
        const other = owners.get(slave);
        if (other === undefined) {
          owners.set(slave, owner);
          continue;
        }
        const boot = other === "pxe" || owner === "pxe";
        findings.push({
          kind,
          name,
          field: `interfaces[${memberKey(owner)}].slaves[${memberKey(slave)}]`,
          severity: boot ? "warning" : "error",
          message: `${slave} is a slave of interface ${other} already`,
          hint: boot
            ? "fine when the machine boots from it before the bond is made"
            : "give each interface devices of its own",
          related: [
            {
              kind,
              name,
              field: `interfaces[${memberKey(other)}].slaves[${memberKey(slave)}]`,
              message: `interface ${other}`,
            },
          ],
        });
      }
    }
    return findings;
  },
};
