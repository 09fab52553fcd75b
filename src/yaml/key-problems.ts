import type { SourcePosition, YamlNode } from "./node.ts";
import type { Problem } from "./problem-list.ts";
import { quoteText } from "./quote-text.ts";

/** A key that another entry of its map has already. */
export function duplicateKey(key: string, offset: number, first: SourcePosition): Problem {
  return {
    rule: "yaml-duplicate-key",
    offset,
    message: `found the key ${quoteText(key)} a second time in one map, expected each key once; the first, on line ${first.line}, is kept`,
    hint: "remove one of the two, or rename it",
    related: [{ message: "the first is kept", at: first }],
  };
}

/** A key that YAML reads as a number, a boolean or null; or nothing where a key is due. */
export function untypedKey(key: string, offset: number): Problem {
  return {
    rule: "yaml-key",
    severity: "warning",
    offset,
    ...(key === ""
      ? { message: "found a value without a key, expected a key before ':'", hint: "write a key before the colon" }
      : {
          message: `found the key ${quoteText(key)}, which reads as a number, a boolean or null, expected a text; it is taken as text`,
          hint: "put the key in quotes",
        }),
  };
}

/** A map or a list as a key, written at `start` of the document's text. */
export function compoundKey(kind: YamlNode["kind"], text: string, start: number, offset: number): Problem {
  const isTemplate = text.startsWith("{{", start) || text.startsWith("{{", start - 1);
  return {
    rule: "yaml-key",
    offset,
    message: `found a ${kind} as a key, expected a text`,
    hint: isTemplate
      ? "{{ }} reads as a map: render the template before giving the file to Bedplate, or put the value in quotes"
      : "put the key in quotes if it is meant as a text",
  };
}
