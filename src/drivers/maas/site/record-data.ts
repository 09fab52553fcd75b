import { canonicalAddress } from "../address.ts";

/** The types that hold addresses; MAAS keeps these with the name rather than as data. */
export const ADDRESS_TYPES: readonly string[] = ["A", "AAAA"];

/**
 * The data of a record in the form in which equal data are equal texts: addresses canonical, words one space apart, host names in lower case. A dot at the end
 * stays, since MAAS keeps it and it matters; so do the letters of a text.
 */
export function canonicalData(type: string, data: string): string {
  const words = data.trim().split(/\s+/);
  if (ADDRESS_TYPES.includes(type)) return canonicalAddress(data.trim());
  if (type === "TXT") return data.trim();
  return words.map((word) => (/^\d+$/.test(word) ? String(Number(word)) : word.toLowerCase())).join(" ");
}

/**
 * What stays of a record when it is changed in place: records of one name and type with the same are one record that was changed. Undefined for those of which
 * every one stands for itself.
 */
export function sameRecord(type: string, data: string): string | undefined {
  const words = canonicalData(type, data).split(" ");
  switch (type) {
    case "CNAME":
      return "";
    case "MX":
      return words[1] ?? "";
    case "SRV":
      return words.slice(2).join(" ");
    case "SSHFP":
      return words.slice(0, 2).join(" ");
    default:
      return undefined;
  }
}
