import { bytesText, parseBytes } from "../../design/size.ts";
import type { TreeMap } from "../../design/tree.ts";
import { pageBytes } from "../huge-pages.ts";
import { hardwareReference, type KernelParameter, kernelParameters } from "../kernel-parameters.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

/** Huge pages are asked for with their size and their number. */
export const hugePageParameters: ItemRule = {
  id: "huge-page-parameters",
  severity: "error",
  summary:
    "A node has both of the kernel parameters hugepages and hugepagesz or neither, in the kernel's form, and the memory for them.",
  why: `The kernel reserves \`hugepages\` pages of \`hugepagesz\` when it boots. Without the size it takes its default, and without the number nothing: neither is what was meant. (\`default_hugepagesz\` can stand for the
size.) Pages beyond the memory of the hardware profile can't be reserved; the machine comes up with whatever fits, or not at all.`,
  kinds: ["Node"],
  looksAt: { Node: ["platform", "hardware_profile"] },
  check(item, context) {
    const parameters = kernelParameters(item);
    const named = (wanted: string) => parameters.find(({ name }) => name === wanted);
    const [count, ownSize] = [named("hugepages"), named("hugepagesz")];
    if (count === undefined && ownSize === undefined) return [];
    const size = ownSize ?? named("default_hugepagesz");
    const given = count ?? ownSize;
    if (count === undefined || size === undefined || given === undefined) {
      const other = count === undefined ? "hugepages" : "hugepagesz";
      if (given === undefined || !context.isWhole(item, "platform.kernel_params")) return [];
      return [{ field: given.field, message: `${given.name} is given without ${other}`, hint: `add ${other}, too` }];
    }
    const profile = context.lookup("HardwareProfile", textAt(item.tree, "hardware_profile"))?.tree;
    return faultsOf(count, size, profile);
  },
};

function faultsOf(count: KernelParameter, size: KernelParameter, profile: TreeMap | undefined): Finding[] {
  const memory = parseBytes(textAt(profile, "memory") ?? "");
  const bytes = pageBytes(size.value);
  const pages = /^\d{1,9}$/.test(count.value) ? BigInt(count.value) : undefined;
  const findings: Finding[] = [];
  if (bytes === undefined && !size.value.startsWith(hardwareReference)) {
    const hint = "write 2M or 1G";
    findings.push({ field: size.field, message: `${shown(size.value)} is no size of a page`, hint });
  }
  if (pages === undefined && !count.value.startsWith(hardwareReference)) {
    const hint = "write how many pages, a whole number";
    findings.push({ field: count.field, message: `${shown(count.value)} is no number of pages`, hint });
  }
  if (bytes === undefined || pages === undefined || memory === undefined || bytes * pages < memory) return findings;
  // The profile's own pages, by reference mostly, are told there.
  const isOfProfile = (own: TreeMap) =>
    numberAt(own, "count") === Number(pages) && pageBytes(textAt(own, "size") ?? "") === bytes;
  if (membersAt(profile, "hugepages").some(isOfProfile)) return findings;
  const message = `${pages} pages of ${size.value} need ${bytesText(bytes * pages)}, and the machine has ${bytesText(memory)}`;
  return [{ field: count.field, message, hint: "ask for fewer pages, and leave memory for everything else" }];
}
