import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { withoutSecrets } from "./hide-secrets.ts";
import type { KindSchema } from "./kind-schema.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** A value as RFC 8785 canonical JSON: the same value gives the same text, whatever the order of its keys. */
export function canonicalJson(value: Tree): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("a value that JSON can't hold has no canonical form");
  return text;
}

/** SHA-256 of a value's canonical JSON, lower-case hex. */
export function digestOf(value: Tree): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The digest of an item's tree with its secret values left out, so that it tells nothing about them. References to secrets count. */
export function digestWithoutSecrets(schema: KindSchema, tree: TreeMap): string {
  return digestOf(withoutSecrets(schema, tree));
}
