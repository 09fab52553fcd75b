import { faultOfCpus } from "../cpu-list.ts";
import { hardwareReference, kernelParameters } from "../kernel-parameters.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, numberAt, textAt } from "../tree-access.ts";

/** Parameters of the kernel that are lists of CPUs. */
const listParameters: ReadonlySet<string> = new Set([
  ...["isolcpus", "nohz_full", "rcu_nocbs", "irqaffinity", "kthread_cpus"],
]);
/** A set for another reader than the kernel, such as a virtual switch. */
const mask = /^0x[0-9a-f]+$/i;
/** What isolcpus may say before the list. */
const flags = /^(?:(?:nohz|domain|managed_irq),)+/;

/** A list of CPUs can be read, and the machine has them. */
export const cpuSet: ItemRule = {
  id: "cpu-set",
  severity: "error",
  summary:
    "Lists of CPUs, in cpu_sets and in kernel parameters, are in the kernel's form and name CPUs the machine has, each once.",
  why: `The kernel takes \`0,4-39\` and ignores the whole list where one part of it is malformed or runs backwards, so that nothing is isolated and nobody is told. CPUs are numbered from 0: of 40 the last is 39. Beyond
\`cpu_count\` of the hardware profile, where it gives one, there is nothing to isolate. A CPU that is named twice is a warning. A mask such as \`0xF0\`, as virtual switches take it, is left alone in a set, and an error where a kernel parameter takes it.`,
  kinds: ["HardwareProfile", "Node"],
  looksAt: { Node: ["platform", "hardware_profile"] },
  check(item, context) {
    if (item.kind === "HardwareProfile") {
      const count = numberAt(item.tree, "cpu_count");
      return Object.entries(mapAt(item.tree, "cpu_sets") ?? {}).flatMap(([name, list]) =>
        typeof list === "string" && !mask.test(list) ? faultAt(memberPath("cpu_sets", name), list, count) : [],
      );
    }
    const lists = kernelParameters(item).filter(({ name, value }) => listParameters.has(name) && value !== "all");
    if (lists.length === 0) return [];
    const profile = context.lookup("HardwareProfile", textAt(item.tree, "hardware_profile"));
    // What comes from a set of the profile is told there.
    const sets = new Set(
      Object.values(mapAt(profile?.tree, "cpu_sets") ?? {}).filter((set) => !mask.test(String(set))),
    );
    return lists
      .filter(({ value }) => !value.startsWith(hardwareReference) && !sets.has(value))
      .flatMap(({ field, value }) => faultAt(field, value.replace(flags, ""), numberAt(profile?.tree, "cpu_count")));
  },
};

function faultAt(field: string, list: string, count: number | undefined): Finding[] {
  const fault = faultOfCpus(list, count);
  return fault === undefined ? [] : [{ field, ...fault }];
}
