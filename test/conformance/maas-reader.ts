import { randomUUID } from "node:crypto";
import { at } from "./maas-specs.ts";

/** Reads a MAAS by its API alone, and changes what another hand would change. Shares nothing with the driver. */
export interface MaasReader {
  get(path: string): Promise<unknown>;
  list(path: string): Promise<unknown[]>;
  post(path: string, form?: Readonly<Record<string, string>>): Promise<unknown>;
  /** The system id of a machine. */
  systemId(hostname: string): Promise<string>;
  interfaces(systemId: string): Promise<unknown[]>;
}

/** A reader of the MAAS at an address, with a key of three parts. */
export function createMaasReader(url: string, apiKey: string): MaasReader {
  const [consumer = "", token = "", secret = ""] = apiKey.split(":");
  const call = async (method: string, path: string, body?: URLSearchParams): Promise<unknown> => {
    const parts = {
      oauth_version: "1.0",
      oauth_signature_method: "PLAINTEXT",
      oauth_consumer_key: consumer,
      oauth_token: token,
      oauth_signature: `%26${encodeURIComponent(secret)}`,
      oauth_nonce: randomUUID(),
      oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    };
    const authorization = `OAuth ${Object.entries(parts)
      .map(([name, value]) => `${name}="${value}"`)
      .join(", ")}`;
    const answer = await fetch(`${url}api/2.0/${path}`, { method, headers: { authorization }, ...(body && { body }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  const list = async (path: string): Promise<unknown[]> => {
    const answer = await call("GET", path);
    if (!Array.isArray(answer)) throw new Error(`${path} is no list`);
    return answer;
  };
  return {
    get: (path) => call("GET", path),
    list,
    post: (path, form = {}) => call("POST", path, new URLSearchParams(form)),
    async systemId(hostname) {
      const [machine] = await list(`machines/?hostname=${hostname}`);
      return String(at(machine, "system_id"));
    },
    interfaces: (systemId) => list(`nodes/${systemId}/interfaces/`),
  };
}

/** What is at a path of keys of parsed JSON; undefined where it leads nowhere. */
export function inside(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => at(found, key), value);
}
