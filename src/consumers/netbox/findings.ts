import type { Diagnostic } from "../../design/diagnostic.ts";
import type { NetboxRule } from "./rules.ts";
import { NETBOX_RULES } from "./rules.ts";

/** Gathers what is found, each finding once. */
export interface Findings {
  add(rule: NetboxRule, uri: string, message: string, hint: string, item?: { kind: string; name: string }): void;
  /** A name items can have, made of one of NetBox's; undefined, and a finding, when nothing is left of it. `what` is the object, for people. */
  nameOf(written: string | undefined, what: string, kind: string, uri: string): string | undefined;
  all(): readonly Diagnostic[];
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** Makes an empty collection. */
export function createFindings(): Findings {
  const found = new Map<string, Diagnostic>();
  const add: Findings["add"] = (rule, uri, message, hint, item) => {
    const location = { uri, line: 1, column: 1 };
    const { severity } = NETBOX_RULES[rule];
    found.set(`${rule} ${uri} ${message}`, { rule, severity, message, hint, ...item, location, related: [] });
  };
  return {
    add,
    nameOf(written, what, kind, uri) {
      if (written !== undefined && NAME.test(written)) return written;
      const name = fitName(written ?? "");
      if (name === "") {
        add("netbox-nameless", uri, `${what} has no name an item can have`, "give it a name with letters or digits");
        return undefined;
      }
      const message = `the name of ${what}, ${JSON.stringify(written)}, is read as ${name}`;
      add("netbox-name", uri, message, `refer to it as ${name}, or rename it in NetBox`, { kind, name });
      return name;
    },
    all: () => [...found.values()],
  };
}

/** Each run of other characters becomes one "-"; none stands at an end. */
export function fitName(written: string): string {
  return written
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 253)
    .replace(/[^A-Za-z0-9]+$/, "");
}
