import type { EffectiveItem } from "../../design/effective-item.ts";
import { suggest } from "../../text/suggest.ts";
import { hardwareReference, kernelParameters } from "../kernel-parameters.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** A kernel parameter takes its value from where there is one. */
export const kernelParameterReference: ItemRule = {
  id: "kernel-parameter-reference",
  severity: "error",
  summary: "A kernel parameter that refers to the hardware profile names a CPU set or huge pages it has.",
  why: `\`hardwareprofile:cpuset.NAME\` stands for a set of \`cpu_sets\`, \`hardwareprofile:hugepages.NAME.size\` and \`…count\` for what \`hugepages\` says of it. One that leads nowhere would be given to the kernel as it
stands, which ignores it: the node boots without its isolated CPUs or huge pages, and what needs them fails later.`,
  kinds: ["Node"],
  looksAt: { Node: ["platform", "hardware_profile"] },
  check(item, context) {
    const references = kernelParameters(item).filter(({ value }) => value.startsWith(hardwareReference));
    if (references.length === 0) return [];
    const profile = context.lookup("HardwareProfile", textAt(item.tree, "hardware_profile"));
    return references.flatMap(({ field, value }): Finding[] => {
      const form = /^(?:cpuset\.(?<set>.+)|hugepages\.(?<pages>.+)\.(?:size|count))$/;
      const { set, pages } = form.exec(value.slice(hardwareReference.length))?.groups ?? {};
      if (set === undefined && pages === undefined) {
        const hint = "write hardwareprofile:cpuset.NAME, or hardwareprofile:hugepages.NAME.size or .count";
        return [{ field, message: `${shown(value)} refers to nothing a hardware profile has`, hint }];
      }
      // A node without one has a finding of its own.
      if (profile === undefined) return [];
      return set === undefined
        ? faultOfPages(field, value, pages ?? "", profile, context)
        : faultOfSet(field, set, profile, context);
    });
  },
};

function faultOfSet(field: string, set: string, profile: EffectiveItem, context: RuleContext): Finding[] {
  if (!context.isWhole(profile, "cpu_sets")) return [];
  return [missing(field, "CPU set", set, Object.keys(mapAt(profile.tree, "cpu_sets") ?? {}), "cpu_sets", profile)];
}

function faultOfPages(
  field: string,
  value: string,
  pages: string,
  profile: EffectiveItem,
  context: RuleContext,
): Finding[] {
  const known = membersAt(profile.tree, "hugepages").map((each) => textAt(each, "name") ?? "");
  const part = value.slice(value.lastIndexOf(".") + 1);
  const path = known.includes(pages) ? `${memberPath("hugepages", pages)}.${part}` : "hugepages";
  if (!context.isWhole(profile, path)) return [];
  if (!known.includes(pages)) return [missing(field, "huge pages", pages, known, "hugepages", profile)];
  return [
    {
      field,
      message: `huge pages ${shown(pages)} of hardware profile ${profile.name} have no ${part}`,
      hint: `add ${part}: there`,
      related: [
        { kind: profile.kind, name: profile.name, field: memberPath("hugepages", pages), message: "the huge pages" },
      ],
    },
  ];
}

function missing(
  field: string,
  what: string,
  name: string,
  known: readonly string[],
  where: string,
  profile: EffectiveItem,
): Finding {
  const near = suggest(name, known);
  return {
    field,
    message: `hardware profile ${profile.name} has no ${what} ${shown(name)}`,
    hint: near === undefined ? hintFor(known, where, profile.name) : `did you mean ${near}?`,
    related: [{ kind: profile.kind, name: profile.name, field: where, message: "the hardware profile" }],
  };
}

function hintFor(known: readonly string[], where: string, profile: string): string {
  if (known.length === 0 || known.length > 8) return `add it to ${where} of ${profile}`;
  return `add it to ${where} of ${profile}, or use what it has: ${known.map(shown).join(", ")}`;
}
