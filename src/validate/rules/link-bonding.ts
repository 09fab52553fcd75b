import type { EffectiveItem } from "../../design/effective-item.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, numberAt, textAt } from "../tree-access.ts";

/** The modes an option has a meaning in. */
const modesOf: Readonly<Record<string, readonly string[]>> = {
  hash: ["802.3ad", "balance-xor", "balance-tlb"],
  peer_rate: ["802.3ad"],
  num_grat_arp: ["active-backup"],
};
const timings: readonly string[] = ["mon_rate", "up_delay", "down_delay"];

/** Bonding options fit the bonding mode. */
export const linkBonding: ItemRule = {
  id: "link-bonding",
  severity: "error",
  summary:
    "Bonding options fit the mode: none when disabled, hash for 802.3ad, balance-xor and balance-tlb only, peer_rate for 802.3ad, num_grat_arp for active-backup, delays no shorter than mon_rate.",
  why: "An option that its mode doesn't have is refused by the system or ignored, and then the bond isn't what was meant. Delays are counted in steps of `mon_rate`: a shorter one is no delay. A `mon_rate` of 0 turns monitoring off, so a cable that is pulled goes unnoticed.",
  kinds: ["NetworkLink"],
  check(item, context) {
    const bonding = mapAt(item.tree, "bonding");
    if (bonding === undefined || !context.isWhole(item, "bonding.mode")) return [];
    const mode = textAt(bonding, "mode") ?? "disabled";
    const limited = Object.keys(modesOf);
    const barred =
      mode === "disabled" ? [...limited, ...timings] : limited.filter((option) => !modesOf[option]?.includes(mode));
    const findings = faultsOfOptions(
      barred.filter((option) => bonding[option] !== undefined),
      mode,
      item,
    );
    const rate = numberAt(bonding, "mon_rate");
    if (mode === "disabled" || rate === undefined) return findings;
    if (rate === 0) {
      const message = "mon_rate of 0 turns the monitoring of devices off";
      const hint = "100 is usual; a failed device is not noticed without";
      return [...findings, { field: "bonding.mon_rate", severity: "warning", message, hint }];
    }
    for (const delay of ["up_delay", "down_delay"]) {
      const value = numberAt(bonding, delay);
      if (value === undefined || value === 0 || value >= rate) continue;
      findings.push({
        field: `bonding.${delay}`,
        message: `${delay} of ${value} ms is shorter than mon_rate of ${rate} ms`,
        hint: "make it at least as long",
      });
    }
    return findings;
  },
};

/** Options that don't fit are one mistake, and most often the mode is it: told at the first of them. */
function faultsOfOptions([first, ...others]: readonly string[], mode: string, item: EffectiveItem): Finding[] {
  if (first === undefined) return [];
  const here = { kind: item.kind, name: item.name };
  const names = [first, ...others];
  const listed = others.length === 0 ? first : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return [
    {
      field: `bonding.${first}`,
      message: `${listed} ${others.length === 0 ? "has" : "have"} no meaning with bonding mode ${mode}`,
      hint:
        mode === "disabled"
          ? "set bonding.mode, or remove the options"
          : `remove it, or use ${modesOf[first]?.join(" or ") ?? "another mode"}`,
      related: [
        { ...here, field: "bonding.mode", message: "the mode" },
        ...others.map((option) => ({ ...here, field: `bonding.${option}`, message: option })),
      ],
    },
  ];
}
