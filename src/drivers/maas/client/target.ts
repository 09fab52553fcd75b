import type { Target } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import { invalidField, unauthenticated } from "../driver-error.ts";

/** The parts of a MAAS API key. */
export interface ApiKey {
  readonly consumer: string;
  readonly token: string;
  readonly secret: string;
}

/** A MAAS as one call addresses it. */
export interface MaasTarget {
  /** Name of the driver instance, for messages. */
  readonly instance: string;
  /** Scheme, host and port, such as "http://10.0.0.1:5240". */
  readonly origin: string;
  /** Path every request begins with, such as "/MAAS/api/2.0/". */
  readonly basePath: string;
  readonly key: ApiKey;
  /** Texts that must appear in no message: the key's parts and what else the call brings. */
  readonly secrets: readonly string[];
  /** How long one answer may take, milliseconds. */
  readonly requestTimeoutMs: number;
  /** Most requests at a time. */
  readonly maxInFlight: number;
}

/** Options a target may have, with what they do. */
export const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["request_timeout_s", "How long one answer of MAAS may take, in seconds, 1 to 600; 60 when absent."],
  ["max_in_flight", "Most requests to this MAAS at a time, 1 to 64; 8 when absent."],
]);

/** The one secret a target has. */
export const API_KEY_SECRET = "api_key";

const SHORTEST_SECRET = 4;

/**
 * Reads a target; `secrets` are those of the call beside the target's own. INVALID_ARGUMENT for a malformed endpoint or option, UNAUTHENTICATED for a missing or malformed key.
 * The key's text appears in no message.
 */
export function readTarget(target: Target | undefined, secrets: readonly string[] = []): MaasTarget {
  if (target === undefined) throw invalidField("target", "the call has no target");
  for (const name of Object.keys(target.options)) {
    if (!OPTIONS.has(name)) {
      throw invalidField(
        `target.options[${JSON.stringify(name)}]`,
        `driver instance ${target.instance}: the MAAS driver has no option "${name}"`,
        `known options: ${[...OPTIONS.keys()].join(", ")}`,
      );
    }
  }
  const { origin, basePath } = readEndpoint(target.endpoint, target.instance);
  const key = readKey(target.secrets[API_KEY_SECRET], target.instance);
  return {
    instance: target.instance,
    origin,
    basePath,
    key,
    // Shorter ones would blank out half of every message, and protect nothing.
    secrets: [key.consumer, key.token, key.secret, ...secrets]
      .filter(({ length }) => length >= SHORTEST_SECRET)
      .flatMap(spellings),
    requestTimeoutMs: 1000 * integerOption(target, "request_timeout_s", 60, 600),
    maxInFlight: integerOption(target, "max_in_flight", 8, 64),
  };
}

function readEndpoint(endpoint: string, instance: string): { origin: string; basePath: string } {
  const fail = (problem: string) =>
    invalidField(
      "target.endpoint",
      `driver instance ${instance}: the endpoint ${problem}`,
      "write it as http://HOST:5240/MAAS",
    );
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    throw fail(endpoint === "" ? "is empty" : "is not a URL");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw fail("is neither http nor https");
  if (url.username !== "" || url.password !== "") throw fail("holds a user name; credentials are the secret api_key");
  if (url.search !== "" || url.hash !== "") throw fail("holds a query or a fragment");
  const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/2\.0$/, "");
  return { origin: url.origin, basePath: `${path}/api/2.0/` };
}

function readKey(source: string | undefined, instance: string): ApiKey {
  const [consumer, token, secret, ...rest] = (source ?? "").trim().split(":");
  if (!consumer || !token || !secret || rest.length > 0 || !/^[\x21-\x7e]+$/.test(consumer + token + secret)) {
    throw unauthenticated(
      source === undefined || source === ""
        ? `driver instance ${instance} has no secret "${API_KEY_SECRET}"`
        : `the api key of driver instance ${instance} is not three parts with colons between them`,
      { subject: instance, hint: `check the api key of driver instance ${instance}: CONSUMER:TOKEN:SECRET` },
    );
  }
  return { consumer, token, secret };
}

function integerOption(target: Target, name: string, fallback: number, most: number): number {
  const source = target.options[name];
  if (source === undefined || source === "") return fallback;
  const value = /^\d{1,6}$/.test(source) ? Number(source) : 0;
  if (value >= 1 && value <= most) return value;
  throw invalidField(
    `target.options[${JSON.stringify(name)}]`,
    `driver instance ${target.instance}: option "${name}" is not a whole number from 1 to ${most}`,
  );
}

/** A secret as it may stand in an answer: as it is, in base64, inside JSON, in a URL, in HTML. The longest first, so that none is blanked out in part. */
function spellings(secret: string): string[] {
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const all = [
    secret,
    Buffer.from(secret, "utf8").toString("base64"),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
  ];
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
