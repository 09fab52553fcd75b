import { fieldPath, keyPath } from "../field-path.ts";
import { isTreeMap, type TreeMap } from "../tree.ts";
import { type Computation, type ComputedValue, nothingComputed } from "./computation.ts";

/**
 * What a kernel parameter says when it takes its value from the hardware profile: `hardwareprofile:cpuset.NAME`, or `hardwareprofile:hugepages.NAME.size` or
 * `.count`. A name may hold dots.
 */
const REFERENCE = /^hardwareprofile:(?:cpuset\.(?<set>.+)|hugepages\.(?<pages>.+)\.(?<part>size|count))$/;

/**
 * Kernel parameters of a node that take their value from its hardware profile (Drydock's reference, section 4.2). One that leads nowhere stays as it was
 * written, for a rule to find.
 */
export const kernelParameters: Computation = {
  rule: "computed-kernel-parameter",
  kind: "Node",
  field: "platform",
  compute(node, tree, world) {
    const parameters = isTreeMap(tree.platform) ? tree.platform.kernel_params : undefined;
    if (!isTreeMap(parameters)) return nothingComputed;
    const found: ComputedValue[] = [];
    for (const key in parameters) {
      const text = parameters[key];
      // Most parameters are none; the test is for their sake.
      if (typeof text !== "string" || !text.startsWith("hardwareprofile:")) continue;
      const profile = tree.hardware_profile;
      if (typeof profile !== "string") continue;
      const hardware = world.item("HardwareProfile", profile);
      const target = hardware && targetOf(text, hardware);
      if (target === undefined) continue;
      const readings = [
        { kind: "Node", name: node, path: "hardware_profile", message: `the hardware profile is ${profile}` },
        {
          ...{ kind: "HardwareProfile", name: profile, path: target.path },
          message: `${text} is ${target.path} of HardwareProfile/${profile}`,
        },
      ];
      found.push({ trail: ["platform", "kernel_params", key], value: target.value, readings });
    }
    return found;
  },
};

/** What a reference leads to in a hardware profile, and where it stands there. */
function targetOf(text: string, hardware: TreeMap): { readonly value: string; readonly path: string } | undefined {
  const { set, pages, part } = REFERENCE.exec(text)?.groups ?? {};
  if (set !== undefined) {
    const sets = hardware.cpu_sets;
    const value = isTreeMap(sets) && Object.hasOwn(sets, set) ? sets[set] : undefined;
    return typeof value === "string" ? { value, path: keyPath("cpu_sets", set) } : undefined;
  }
  if (pages === undefined || part === undefined || !Array.isArray(hardware.hugepages)) return undefined;
  const member = hardware.hugepages.find((each) => isTreeMap(each) && each.name === pages);
  const value = isTreeMap(member) ? member[part] : undefined;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  return { value: String(value), path: fieldPath(keyPath("hugepages", pages), part) };
}
