import { loadAll } from "js-yaml";

/** The file a deployed node learns from whom to call. */
export const INTROSPECTION_FILE = "/etc/bedplate/introspection.json";

/** What is in that file. */
export interface IntrospectionAccess {
  /** Base address of the introspection service, without a path of its own. */
  readonly url: string;
  /** Bearer token of this node. */
  readonly token: string;
  /** The node's name, as the design has it. */
  readonly node: string;
}

/** The most user data the node looks at, once decoded. */
const MAX_USER_DATA = 4 * 1024 * 1024;

/**
 * Finds the introspection file in the user data of a deployment, as it was sent. `undefined` when there is none: no
 * user data, not base64, not a `#cloud-config`, or no such file in it. Throws an error with a one-line message, free
 * of the content, when the file is there but useless.
 */
export function introspectionAccess(userData: string): IntrospectionAccess | undefined {
  const config = cloudConfig(userData);
  const files: unknown = config?.write_files;
  if (!Array.isArray(files)) return undefined;
  const file: unknown = files.find((entry) => isMapping(entry) && entry.path === INTROSPECTION_FILE);
  if (!isMapping(file)) return undefined;
  if (typeof file.content !== "string") throw new Error(`${INTROSPECTION_FILE} has no content`);
  return readAccess(decodeContent(file.content, file.encoding));
}

function cloudConfig(userData: string): Readonly<Record<string, unknown>> | undefined {
  const packed = userData.replace(/\s+/g, "");
  if (packed === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed) || packed.length > MAX_USER_DATA * 1.4) return undefined;
  const source = Buffer.from(packed, "base64").toString("utf8");
  if (!/^#cloud-config[ \t]*\r?\n/.test(source)) return undefined;
  try {
    const value: unknown = loadAll(source)[0];
    return isMapping(value) ? value : undefined;
  } catch {
    throw new Error("the user data is no valid YAML");
  }
}

function decodeContent(content: string, encoding: unknown): string {
  if (encoding === undefined || encoding === null || encoding === "text/plain") return content;
  if (encoding === "b64" || encoding === "base64") return Buffer.from(content, "base64").toString("utf8");
  throw new Error(`${INTROSPECTION_FILE} has an encoding the node does not know`);
}

function readAccess(content: string): IntrospectionAccess {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new Error(`${INTROSPECTION_FILE} is not JSON`);
  }
  if (!isMapping(value)) throw new Error(`${INTROSPECTION_FILE} is not a JSON object`);
  const { url, token, node } = value;
  if (typeof url !== "string" || typeof token !== "string" || typeof node !== "string") {
    throw new Error(`${INTROSPECTION_FILE} lacks url, token or node`);
  }
  if (!URL.canParse(url) || new URL(url).protocol !== "http:") throw new Error("the introspection url is not http");
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw new Error("the introspection token is not usable in a header");
  return { url: url.replace(/\/+$/, ""), token, node };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
