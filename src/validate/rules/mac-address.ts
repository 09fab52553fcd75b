import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

/** Six pairs, three groups of four, or nothing between the digits. */
const notations =
  /^[0-9a-f]{2}(?:([:.-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$|^[0-9a-f]{4}([.:-])[0-9a-f]{4}\2[0-9a-f]{4}$|^[0-9a-f]{12}$/i;

/** The digits of a MAC address in any usual notation, lower case; undefined for anything else. */
export function normalMac(text: string): string | undefined {
  return notations.test(text) ? text.replaceAll(/[:.-]/g, "").toLowerCase() : undefined;
}

/** A boot MAC is a MAC address of one machine. */
export const macAddress: ItemRule = {
  id: "mac-address",
  severity: "error",
  summary: "boot_mac is a unicast MAC address.",
  why: "A provisioner knows a machine that boots for the first time by this address. A slip in it makes the machine a stranger that is never installed. It may be written in any usual notation: `52:54:00:12:34:56`, `52-54-00-12-34-56`, `5254.0012.3456` or `525400123456`. Group addresses and all zeros are no machine's.",
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
