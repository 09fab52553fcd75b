import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** SHA-256 of a value's RFC 8785 form, lower-case hex. The value holds plain data only. */
export function digestOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("a value without canonical form has no digest");
  return createHash("sha256").update(text).digest("hex");
}
