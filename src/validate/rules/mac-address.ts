import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

/** The digits of a MAC address in any usual notation, lower case; undefined for anything else. */
export function normalMac(text: string): string | undefined {
  const digits = text.toLowerCase().replaceAll(/[:.-]/g, "");
  return /^[0-9a-f]{12}$/.test(digits) ? digits : undefined;
}

/** A boot MAC is a MAC address of one machine. */
export const macAddress: ItemRule = {
  id: "mac-address",
  severity: "error",
  summary: "boot_mac is a unicast MAC address.",
  kinds: ["Node"],
  check({ tree }) {
    const text = textAt(tree, "boot_mac");
    if (text === undefined) return [];
    const field = "boot_mac";
    const digits = normalMac(text);
    if (digits === undefined) {
      const hint = "write six pairs of hex digits, such as 52:54:00:12:34:56";
      return [{ field, message: `${shown(text)} is no MAC address`, hint }];
    }
    const isGroup = (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1;
    if (!isGroup && digits !== "000000000000") return [];
    return [
      { field, message: `${text} is the address of no single machine`, hint: "give the address of the network card" },
    ];
  },
};
