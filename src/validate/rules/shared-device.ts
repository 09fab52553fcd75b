import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import { networkPlan } from "../network-plan.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Whether an interface is there to boot from: called so, left alone by the provisioner, or on a network that hands out addresses. */
function isForBoot(one: TreeMap, { lookup }: Pick<RuleContext, "lookup">): boolean {
  if (/^pxe/i.test(textAt(one, "name") ?? "") || mapAt(one, "labels")?.noconfig !== undefined) return true;
  const networks = textsAt(one, "networks").flatMap((name) => lookup("Network", name) ?? []);
  return networks.length > 0 && networks.every((each) => networkPlan(each).ranges.some(({ type }) => type === "dhcp"));
}

/** A device belongs to one interface; the boot interface may share one. */
export const sharedDevice: ItemRule = {
  id: "shared-device",
  severity: "error",
  summary: "A device is a slave of one interface. Sharing it with the boot interface is a warning.",
  why: `A network card that two interfaces of the running system claim belongs to whichever comes up first, and the other stays down. An interface for booting (called \`pxe…\`, labelled \`noconfig\`, or on networks with a DHCP range only) is there while the machine boots: that it shares a card with a bond is common and works, as the bond is made later.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["interfaces"] },
  check({ kind, name, tree }, context) {
    const interfaces = membersAt(tree, "interfaces");
    const boot = new Set<string>();
    const slavePath = (owner: string, slave: string) => memberPath(`${memberPath("interfaces", owner)}.slaves`, slave);
    const findings: Finding[] = [];
    const owners = new Map<string, string[]>();
    for (const one of interfaces) {
      const owner = textAt(one, "name") ?? "";
      if (textsAt(one, "slaves").length === 1 && isForBoot(one, context)) boot.add(owner);
      for (const slave of textsAt(one, "slaves")) {
        const others = owners.get(slave) ?? [];
        owners.set(slave, [...others, owner]);
        // Two interfaces of the running system in conflict say more than either and the boot interface.
        const other = (boot.has(owner) ? undefined : others.find((each) => !boot.has(each))) ?? others[0];
        if (other === undefined) continue;
        const isBoot = boot.has(other) !== boot.has(owner);
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
