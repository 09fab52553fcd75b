import { FieldPathError, type PathStep, parseFieldPath } from "../../design/field-path.ts";
import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** Fields of a profile that a machine is compared with. */
const COMPARED: readonly string[] = [
  ...["vendor", "product", "bios_version", "boot_mode", "architecture", "cpu_model", "cpu_count"],
  ...["memory", "nic_count", "disk_count"],
];
/** The same of an alias. */
const OF_ALIAS: readonly string[] = [
  ...["address", "serial", "wwn", "mac", "min_size", "size", "dev_type", "firmware_version"],
];

/** A waiver of a difference has a reason, and a field that can differ. */
export const asBuiltWaiver: ItemRule = {
  id: "as-built-waiver",
  severity: "warning",
  summary: "A waiver gives its reason, and names a field of the profile that machines are compared with.",
  why: `A waiver accepts a difference between machines and their profile for a reason people can read later; without one (an error) it counts for nothing. It names a field by its path, such as \`bios_version\`,
\`device_aliases["nic1"].dev_type\` or \`hardware_drivers["hpvsa"]\`. What is no path is an error; a field the profile doesn't have, or that machines aren't compared with, can't differ, so that the waiver waives nothing.`,
  kinds: ["HardwareProfile"],
  check(item, context) {
    return membersAt(mapAt(item.tree, "as_built"), "waivers").flatMap((waiver): Finding[] => {
      const name = textAt(waiver, "field") ?? "";
      const path = memberPath("as_built.waivers", name);
      const findings: Finding[] = [];
      if ((textAt(waiver, "reason") ?? "").trim() === "" && context.isWhole(item, `${path}.reason`)) {
        findings.push({
          field: path,
          severity: "error",
          message: `the waiver of ${shown(name)} gives no reason`,
          hint: "add reason: with why the difference is accepted",
        });
      }
      const fault = faultOf(name, item.tree);
      if (fault !== undefined && (fault.severity === "error" || context.isWhole(item))) {
        findings.push({ field: path, ...fault });
      }
      return findings;
    });
  },
};

function faultOf(name: string, tree: TreeMap): Omit<Finding, "field"> | undefined {
  let steps: readonly PathStep[];
  try {
    steps = parseFieldPath(name.trim());
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    const hint = 'write the path of a field, such as bios_version or device_aliases["nic1"].dev_type';
    return { severity: "error", message: `${shown(name)} is no path of a field`, hint };
  }
  const [first, key, last, ...more] = steps;
  const top = first?.type === "field" ? first.name : "";
  if (top === "device_aliases" || top === "hardware_drivers") {
    const ofAlias = top === "device_aliases";
    const member = membersAt(tree, top).find(
      (each) => key?.type === "key" && textAt(each, ofAlias ? "alias" : "name") === key.key,
    );
    if (key?.type !== "key") return notCompared(name);
    if (member === undefined) return absent(name);
    if (!ofAlias) return last === undefined ? undefined : notCompared(name);
    if (last?.type !== "field" || more.length > 0 || !OF_ALIAS.includes(last.name)) return notCompared(name);
    return member[last.name] === undefined ? absent(name) : undefined;
  }
  if (key !== undefined || !COMPARED.includes(top)) return notCompared(name);
  return tree[top] === undefined ? absent(name) : undefined;
}

function absent(name: string): Omit<Finding, "field"> {
  return {
    message: `the profile has no ${shown(name)} that could differ`,
    hint: "correct the field, or drop the waiver",
  };
}

function notCompared(name: string): Omit<Finding, "field"> {
  return {
    message: `machines are not compared with ${shown(name)}`,
    hint: `name one of ${COMPARED.join(", ")}, a field of an alias such as device_aliases["nic1"].dev_type, or a driver such as hardware_drivers["hpvsa"]`,
  };
}
