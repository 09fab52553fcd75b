import { randomBytes } from "node:crypto";

/** The three parts of an API key; the consumer secret is always empty. */
export interface ApiKey {
  readonly consumer: string;
  readonly token: string;
  readonly secret: string;
}

/** Reads `consumer:token:secret`; `undefined` when the text has another form. */
export function parseApiKey(source: string): ApiKey | undefined {
  const match = /^([\w.~-]{1,128}):([\w.~-]{1,128}):([\w.~-]{1,128})$/.exec(source.trim());
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined;
  return { consumer: match[1], token: match[2], secret: match[3] };
}

/** A random key of the usual lengths (18, 18 and 32 characters). */
export function generateApiKey(): ApiKey {
  const part = (length: number) => randomBytes(length).toString("hex").slice(0, length);
  return { consumer: part(18), token: part(18), secret: part(32) };
}

/** The text form, `consumer:token:secret`. */
export function formatApiKey(key: ApiKey): string {
  return `${key.consumer}:${key.token}:${key.secret}`;
}
