import type { SourcePosition, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf } from "./map-draft.ts";
import type { Problems } from "./problems.ts";

const itemName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/**
 * The name of an item: numbers and truth values count as they were written. Undefined, and reported, when it is none; `missing` is where to report one that
 * isn't there at all, and undefined when that tells nothing.
 */
export function readName(
  node: YamlNode | undefined,
  kind: string,
  hint: string,
  missing: SourcePosition | undefined,
  problems: Problems,
): string | undefined {
  const name = textOf(node);
  if (name === undefined || name === "") {
    if (node !== undefined && (node.kind !== "scalar" || node.value !== null)) {
      const message = `found a ${kind} whose name is ${name === "" ? "empty" : "no text"}`;
      problems.add({ rule: "missing-name", severity: "error", message, hint, at: node.position, kind });
    } else if (missing !== undefined) {
      const message = `found a ${kind} without a name`;
      problems.add({ rule: "missing-name", severity: "error", message, hint, at: node?.position ?? missing, kind });
    }
    return undefined;
  }
  if (itemName.test(name)) return name;
  problems.add({
    rule: "invalid-name",
    severity: "error",
    message: `found the name ${quoteText(name)}, expected letters, digits, ".", "_" and "-", at most 253, a letter or digit at both ends`,
    hint: "rename it, here and where it is referred to",
    at: node?.position ?? { line: 1, column: 1 },
    kind,
  });
  return undefined;
}

/** The path of a member of a map or keyed list. */
export function memberPath(path: string, key: string): string {
  return `${path}[${JSON.stringify(key)}]`;
}

/** The path of a field below another one; an empty path is the item itself. */
export function fieldBelow(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}
