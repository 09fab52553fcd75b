import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

const bootInterface = "pxe";

/** A device belongs to one interface; the boot interface may share one. */
export const sharedDevice: ItemRule = {
  id: "shared-device",
  severity: "error",
  summary: "A device is a slave of one interface. Sharing it with the boot interface is a warning.",
  why: `A network card that two interfaces of the running system claim belongs to whichever comes up first, and the other stays down. The interface called \`pxe\` is only there while the machine boots: that it shares a card with a bond is common and works, as the bond is made later.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["interfaces"] },
  check({ kind, name, tree }) {
    const interfaces = membersAt(tree, "interfaces");
    const slavePath = (owner: string, slave: string) => memberPath(`${memberPath("interfaces", owner)}.slaves`, slave);
    const findings: Finding[] = [];
    const owners = new Map<string, string[]>();
    for (const one of interfaces) {
      const owner = textAt(one, "name") ?? "";
      for (const slave of textsAt(one, "slaves")) {
        const others = owners.get(slave) ?? [];
        owners.set(slave, [...others, owner]);
        // Two interfaces of the running system in conflict say more than either and the boot interface.
        const other =
          (owner === bootInterface ? undefined : others.find((each) => each !== bootInterface)) ?? others[0];
        if (other === undefined) continue;
        const isBoot = other === bootInterface || owner === bootInterface;
        findings.push({
          field: slavePath(owner, slave),
          severity: isBoot ? "warning" : "error",
          message: `${shown(slave)} is a slave of interface ${shown(other)} already`,
          hint: isBoot
            ? "fine when the machine boots from it before the bond is made"
            : "give each interface devices of its own",
          related: [{ kind, name, field: slavePath(other, slave), message: `interface ${shown(other)}` }],
        });
      }
    }
    return findings;
  },
};
