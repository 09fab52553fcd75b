/** Where a node calls in. */
export interface CallInAccess {
  /** Base address of the introspection service. */
  readonly url: string;
  readonly token: string;
  readonly node: string;
}

const FILE = "/etc/bedplate/introspection.json";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Finds in cloud-init user data whom the node calls: the file `/etc/bedplate/introspection.json` of a `#cloud-config` document
 * whose body is JSON, as Bedplate writes it. Undefined when there is none, or when its address is not of this host: a simulated
 * node calls nobody else.
 */
export function callInAccess(userData: string): CallInAccess | undefined {
  if (!userData.startsWith("#cloud-config")) return undefined;
  try {
    const body: unknown = JSON.parse(userData.slice(userData.indexOf("\n") + 1));
    const files: unknown = at(body, "write_files");
    const file: unknown = Array.isArray(files) ? files.find((each) => at(each, "path") === FILE) : undefined;
    const access: unknown = JSON.parse(String(at(file, "content")));
    const [url, token, node] = [at(access, "url"), at(access, "token"), at(access, "node")];
    if (typeof url !== "string" || typeof token !== "string" || typeof node !== "string") return undefined;
    const { protocol, hostname } = new URL(url);
    if (protocol !== "http:" || !LOOPBACK.test(hostname) || !/^[\x21-\x7e]{1,4096}$/.test(token)) return undefined;
    return { url: url.replace(/\/+$/, ""), token, node };
  } catch {
    return undefined;
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
