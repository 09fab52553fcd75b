import { createHash, createHmac } from "node:crypto";

/**
 * The token of a node for one job. It is made from the key alone, so that a step that is run again gives the node the same one, and
 * needs to be kept nowhere.
 */
export function nodeToken(key: Uint8Array, design: string, node: string, jobId: string): string {
  return createHmac("sha256", key).update(`${design}/${node}/${jobId}`).digest("base64url");
}

/** What is stored of a token: its SHA-256, lower-case hex. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
