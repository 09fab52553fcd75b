import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

/** A kernel module can be installed for the hardware it is for. */
export const hardwareDriver: ItemRule = {
  id: "hardware-driver",
  severity: "warning",
  summary:
    "A hardware driver names its package, the key of its repository, and the hardware it is for, which is no other driver's; it is called as a module can be.",
  why: `The provisioner installs the package when it sees hardware of one of the PCI ids or modaliases. Without a package there is nothing to install, without hardware it never happens; of two drivers for one device it is left to chance which is
installed (an error). A repository without its key isn't trusted, and the driver is left out of what the provisioner gets; a key that isn't base64 of its binary form is an error, as an armoured one is (\`gpg --dearmor KEY | base64\`). A kernel module's name is made of letters, digits, \`_\` and
\`-\` (an error otherwise).`,
  kinds: ["HardwareProfile"],
  check(item, context) {
    const owners = new Map<string, string>();
    return membersAt(item.tree, "hardware_drivers").flatMap((driver): Finding[] => {
      const name = textAt(driver, "name") ?? "";
      const path = memberPath("hardware_drivers", name);
      const findings: Finding[] = [];
      if (!/^[A-Za-z0-9_-]+$/.test(name)) {
        const hint = "write the name modprobe knows it by";
        findings.push({
          field: path,
          severity: "error",
          message: `${shown(name)} is no name of a kernel module`,
          hint,
        });
      }
      if (textAt(driver, "package") === undefined && context.isWhole(item, `${path}.package`)) {
        findings.push({ field: path, message: "the driver has no package", hint: "add package: with what holds it" });
      }
      const ids = textsAt(driver, "pci_ids");
      const isWhole = context.isWhole(item, `${path}.pci_ids`) && context.isWhole(item, `${path}.modaliases`);
      if (ids.length === 0 && textsAt(driver, "modaliases").length === 0 && isWhole) {
        const hint = "add pci_ids: such as '8086:1563', or modaliases";
        findings.push({ field: path, message: "the driver is for no hardware", hint });
      }
      findings.push(...keyFaults(driver, path, context.isWhole(item, `${path}.key`)));
      for (const id of ids) {
        const owner = owners.get(id);
        if (owner === undefined) {
          owners.set(id, name);
          continue;
        }
        findings.push({
          field: memberPath(`${path}.pci_ids`, id),
          severity: "error",
          message: `driver ${shown(owner)} is for ${id}, too`,
          hint: "keep it with one of them",
          related: [
            {
              ...{ kind: item.kind, name: item.name },
              field: memberPath(`${memberPath("hardware_drivers", owner)}.pci_ids`, id),
              message: `driver ${shown(owner)}`,
            },
          ],
        });
      }
      return findings;
    });
  },
};

function keyFaults(driver: TreeMap, path: string, isWhole: boolean): Finding[] {
  const key = textAt(driver, "key") ?? "";
  if (key === "") {
    if (textAt(driver, "repository") === undefined || !isWhole) return [];
    const hint = "add key: the repository's public key, by gpg --dearmor KEY | base64";
    return [{ field: path, message: "the driver's repository has no key", hint }];
  }
  const bare = key.replace(/\s+/g, "");
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) return [];
  const isArmoured = key.includes("-----BEGIN");
  return [
    {
      field: `${path}.key`,
      severity: "error",
      message: isArmoured ? "the key is armoured" : "the key is no base64",
      hint: "write the key's binary form in base64: gpg --dearmor KEY | base64",
    },
  ];
}
