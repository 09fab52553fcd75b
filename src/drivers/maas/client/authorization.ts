import type { ApiKey } from "./target.ts";

/**
 * The value of the Authorization header: OAuth 1.0 with the PLAINTEXT signature MAAS wants. MAAS takes a nonce once, so
 * every attempt needs a fresh one; `timestamp` is in unix seconds.
 */
export function authorization(key: ApiKey, nonce: string, timestamp: number): string {
  const fields: Record<string, string> = {
    oauth_version: "1.0",
    oauth_signature_method: "PLAINTEXT",
    oauth_consumer_key: key.consumer,
    oauth_token: key.token,
    oauth_signature: `&${key.secret}`,
    oauth_nonce: nonce,
    oauth_timestamp: String(timestamp),
  };
  const pairs = Object.entries(fields).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`);
  return `OAuth ${pairs.join(", ")}`;
}
