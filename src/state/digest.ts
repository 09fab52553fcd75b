import { digestOf as digestOfTree } from "../design/canonical.ts";
import type { Tree } from "../design/tree.ts";

/** SHA-256 of the canonical JSON (RFC 8785) of anything JSON can hold, lower-case hex. */
export function digestOf(value: unknown): string {
  return digestOfTree(value as Tree);
}
