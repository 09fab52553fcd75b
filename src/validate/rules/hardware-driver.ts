import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

/** A kernel module can be installed for the hardware it is for. */
export const hardwareDriver: ItemRule = {
  id: "hardware-driver",
  severity: "warning",
  summary:
    "A hardware driver names its package and the PCI ids it is for, which are no other driver's, and is called as a module can be.",
  why: `The provisioner installs the package when it sees hardware of one of the PCI ids. Without a package there is nothing to install, without ids it never happens; of two drivers for one device it is left to chance which is installed (an
error). A kernel module's name is made of letters, digits, \`_\` and \`-\` (an error otherwise).`,
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
      if (ids.length === 0 && context.isWhole(item, `${path}.pci_ids`)) {
        const hint = "add pci_ids: such as '8086:1563'";
        findings.push({ field: path, message: "the driver is for no hardware", hint });
      }
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
