import { timingSafeEqual } from "node:crypto";
import { unauthorized } from "../http/api-error.ts";
import type { ApiKey } from "./api-key.ts";
import { parseAuthorization } from "./authorization-header.ts";
import { createNonceStore } from "./nonce-store.ts";

/** How far a timestamp may lie in the past, in seconds. The future is not checked. */
export const TIMESTAMP_THRESHOLD = 300;

const REQUIRED = [
  "oauth_consumer_key",
  "oauth_token",
  "oauth_signature_method",
  "oauth_signature",
  "oauth_nonce",
  "oauth_timestamp",
] as const;

/** Decides who a request comes from. */
export interface Authenticator {
  /**
   * `anonymous` without OAuth credentials, `user` with good ones. Throws a 401 for credentials that are incomplete,
   * wrong, stale or used before; a nonce counts as used even if the signature turns out to be wrong.
   */
  authenticate(authorization: string | undefined): "anonymous" | "user";
}

/** Checks OAuth 1.0 PLAINTEXT signatures of one API key. `now` is in milliseconds since the epoch. */
export function createAuthenticator(key: ApiKey, now: () => number): Authenticator {
  const nonces = createNonceStore();
  return {
    authenticate(authorization) {
      const parameters = parseAuthorization(authorization);
      if (parameters === undefined) return "anonymous";
      const missing = REQUIRED.filter((name) => !parameters.get(name));
      if (missing.length > 0) throw refused(`Missing parameter: ${missing.join(", ")}`);
      const value = (name: (typeof REQUIRED)[number]) => parameters.get(name) ?? "";
      if ((parameters.get("oauth_version") ?? "1.0") !== "1.0") throw refused("OAuth version not supported");
      const method = value("oauth_signature_method").toUpperCase();
      if (method !== "PLAINTEXT") throw refused(`Signature method ${method} not supported, try PLAINTEXT`);
      if (value("oauth_consumer_key") !== key.consumer) throw unauthorized("Authorization Error: Invalid API key.");
      if (value("oauth_token") !== key.token) throw refused(`Invalid access token: ${value("oauth_token")}`);
      const seconds = Math.floor(now() / 1000);
      const timestamp = readTimestamp(value("oauth_timestamp"), seconds);
      const nonce = value("oauth_nonce");
      if (!nonces.use(nonce, timestamp + TIMESTAMP_THRESHOLD, seconds)) throw refused(`Nonce already used: ${nonce}`);
      if (!sameText(value("oauth_signature"), `&${key.secret}`)) throw refused("Invalid signature.");
      return "user";
    },
  };
}

function readTimestamp(source: string, now: number): number {
  if (!/^\d{1,15}$/.test(source)) throw refused(`Invalid timestamp: ${source}`);
  const timestamp = Number(source);
  if (now - timestamp > TIMESTAMP_THRESHOLD) {
    throw refused(
      `Expired timestamp: given ${timestamp} and now ${now} has a greater difference than threshold ${TIMESTAMP_THRESHOLD}`,
    );
  }
  return timestamp;
}

function refused(reason: string) {
  return unauthorized(`Authorization Error: '${reason.slice(0, 300)}'`);
}

function sameText(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
