import { parseAddress } from "./address.ts";

const hostLabel = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const host = new RegExp(`^(?:${hostLabel}\\.)*${hostLabel}\\.?$`, "i");
const plainHost = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/i;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const service =
  /^_[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\._[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/i;

/** What the data of a DNS record of a type must look like, when it doesn't; undefined when it does. */
export function recordDataFault(type: string, data: string): string | undefined {
  const words = data.trim().split(/\s+/);
  const [first = "", second = "", third = "", fourth = ""] = words;
  switch (type) {
    case "A":
      return parseAddress(data.trim())?.version === 4 ? undefined : "an IPv4 address";
    case "AAAA":
      return parseAddress(data.trim())?.version === 6 ? undefined : "an IPv6 address";
    case "CNAME":
      return words.length === 1 && host.test(first) ? undefined : "a host name";
    case "NS":
      return words.length === 1 && plainHost.test(first) ? undefined : "a host name";
    case "MX":
      return words.length === 2 && isNumber(first) && plainHost.test(second)
        ? undefined
        : "a preference and a host name";
    case "SRV": {
      const isService = words.length === 4 && [first, second, third].every(isNumber);
      return isService && (fourth === "." || plainHost.test(fourth))
        ? undefined
        : "priority, weight, port and a host name";
    }
    case "SSHFP":
      return /^\d+ \d+ [0-9a-f]+$/i.test(words.join(" ")) ? undefined : "algorithm, type and fingerprint";
    default:
      return data.trim() === "" ? "a text" : undefined;
  }
}

/** Whether a text can be the name of a record within its domain: "@", "*", one label, or for SRV the labels of a service. */
export function isRecordName(type: string, name: string): boolean {
  if (name === "@" || name === "*") return true;
  return type === "SRV" ? service.test(name) : label.test(name);
}

function isNumber(word: string): boolean {
  return /^\d{1,5}$/.test(word) && Number(word) <= 65_535;
}
