import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Names and tags of scripts MAAS comes with, and what it takes for no script. */
const builtIn: ReadonlySet<string> = new Set([
  ...["none", "commissioning", "node", "cpu", "memory", "storage", "network", "gpu", "destructive", "internet"],
  ...["smartctl-validate", "smartctl-short", "smartctl-long", "smartctl-conveyance", "memtester", "ntp"],
  ...["stress-ng-cpu-short", "stress-ng-cpu-long", "stress-ng-memory-short", "stress-ng-memory-long", "7z"],
  ...[
    "badblocks",
    "badblocks-destructive",
    "fio",
    "internet-connectivity",
    "gateway-connectivity",
    "rack-controller-connectivity",
  ],
]);
const lists: readonly string[] = ["commissioning_scripts", "testing_scripts"];

/** A script that is chosen is there. */
export const scriptChoice: ItemRule = {
  id: "script-choice",
  severity: "warning",
  summary: "A script that hosts choose is one of the site's, or one of the provisioner's own.",
  why: "Scripts are chosen by name or by tag. The provisioner may have scripts nobody here knows of, so this is a warning; when it has no such script either, it refuses to commission the machine.",
  kinds: ["HardwareProfile", "HostProfile", "Node"],
  looksAt: { HostProfile: ["provisioning"], Node: ["provisioning"] },
  check(item, context) {
    const tree = item.kind === "HardwareProfile" ? item.tree : mapAt(item.tree, "provisioning");
    const chosen = lists.flatMap((list) => textsAt(tree, list).map((name) => ({ list, name })));
    if (chosen.length === 0 || !context.areWhole("Site", "scripts")) return [];
    const known = new Set(builtIn);
    for (const site of context.ofKind("Site")) {
      for (const script of membersAt(site.tree, "scripts")) {
        known.add(textAt(script, "name") ?? "");
        for (const tag of textsAt(script, "tags")) known.add(tag);
      }
    }
    const base = item.kind === "HardwareProfile" ? "" : "provisioning.";
    return chosen
      .filter(({ name }) => !known.has(name))
      .map(({ list, name }): Finding => {
        const message = `no script of the site has the name or tag ${shown(name)}`;
        const hint = "add the script to the site, unless the provisioner has it";
        return { field: memberPath(`${base}${list}`, name), message, hint };
      });
  },
};
