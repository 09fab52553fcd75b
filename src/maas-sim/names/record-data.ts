import { isDomainName } from "./domain.ts";

const CNAME_LABEL = "[_a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,62}[_a-zA-Z0-9])?";
const CNAME = new RegExp(`^(?:${CNAME_LABEL}\\.)*${CNAME_LABEL}\\.?$`);

/** The types of records that hold no address. */
export const RECORD_TYPES: readonly string[] = ["CNAME", "MX", "NS", "SRV", "SSHFP", "TXT"];

/** What is wrong with the data of a record; undefined when nothing is. */
export function dataFault(rrtype: string, data: string): string | undefined {
  const words = data.split(/\s+/);
  const isNumber = (word: string | undefined) => /^\d+$/.test(word ?? "") && Number(word) <= 65_535;
  switch (rrtype) {
    case "CNAME":
      return CNAME.test(data) ? undefined : "Invalid CNAME: Should be '<server>'.";
    case "MX": {
      const isValid = words.length >= 2 && isNumber(words[0]);
      if (!isValid) return "Invalid MX: Should be '<preference> <server>'. Range for preference is 0-65535.";
      return nameFault(words.slice(1).join(" "));
    }
    case "NS":
      return nameFault(data);
    case "SRV": {
      const isValid = words.length >= 4 && words.slice(0, 3).every(isNumber);
      if (!isValid) {
        return "Invalid SRV: Should be '<priority> <weight> <port> <server>'. Range for priority, weight, and port are 0-65536.";
      }
      return words[3] === "." ? undefined : nameFault(words.slice(3).join(" "));
    }
    case "SSHFP":
      return /^\d+\s+\d+\s+.*$/.test(data)
        ? undefined
        : "Invalid SSHFP: Should be '<algorithm> <fptype> <fingerprint>'.";
    default:
      return undefined;
  }
}

function nameFault(name: string): string | undefined {
  // A name that ends in a dot is taken, and the dot kept.
  return isDomainName(name.replace(/\.$/, "")) ? undefined : `Invalid domain name: ${name}.`;
}
