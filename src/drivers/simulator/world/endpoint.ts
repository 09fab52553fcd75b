import { isAbsolute } from "node:path";
import { invalid } from "./refusal.ts";

/** Where a world is served: a port of this host, or a unix socket. */
export type WorldEndpoint =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads `http://127.0.0.1:PORT` or `unix:/path`. Anything but this host is INVALID_ARGUMENT. */
export function readEndpoint(text: string): WorldEndpoint {
  const hint = "write http://127.0.0.1:PORT or unix:/path/of/socket";
  const refuse = (why: string) => invalid("target.endpoint", `the endpoint of a simulator ${why}`, hint);
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    if (!isAbsolute(path) || path.length > 100)
      throw refuse("needs the absolute path of a socket, at most 100 characters");
    return { kind: "unix", path };
  }
  if (!URL.canParse(text)) throw refuse("is no address");
  const { protocol, hostname, port } = new URL(text);
  if (protocol !== "http:" || port === "") throw refuse("is no http address with a port");
  if (!LOOPBACK.test(hostname)) throw refuse("must be of this host");
  return { kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}
