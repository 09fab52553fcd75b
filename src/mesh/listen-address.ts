import { BlockList, isIP } from "node:net";

/** The services a listener or a process may be limited to. */
export const SERVICE_NAMES = ["consumer", "state", "orchestrator", "control", "introspection"] as const;

/** Short name of a service, as `--services` takes it. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** One `--listen`: where, whether with TLS, and for which services. */
export type ListenAddress = {
  /** Host name or address, without brackets. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly tls: boolean;
  /** Absent means all. */
  readonly services?: readonly ServiceName[];
};

/** Where `serve` listens unless told otherwise. */
export const DEFAULT_LISTEN: ListenAddress = { host: "127.0.0.1", port: 7070, tls: false };

/** A `--listen` or `--services` that can't be understood; the message says what was expected. */
export class ListenSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ListenSyntaxError";
  }
}

/**
 * Reads `ADDR[,tls][,services=NAME,…]`, where ADDR is `HOST:PORT` or `[IPV6]:PORT`. Throws ListenSyntaxError.
 */
export function parseListenAddress(text: string): ListenAddress {
  const [address = "", ...options] = text.split(",");
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535 || (match?.[1] !== undefined && isIP(host) !== 6)) {
    throw new ListenSyntaxError(
      `can't listen on ${JSON.stringify(address)}: expected HOST:PORT, such as 127.0.0.1:7070`,
    );
  }
  let tls = false;
  let services: ServiceName[] | undefined;
  for (const option of options) {
    if (option === "tls") tls = true;
    else if (option.startsWith("services=")) services = [...(services ?? []), serviceName(option.slice(9))];
    else if (services !== undefined) services.push(serviceName(option));
    else
      throw new ListenSyntaxError(`unknown option ${JSON.stringify(option)} in --listen: expected tls or services=…`);
  }
  return { host, port, tls, ...(services === undefined ? {} : { services }) };
}

/** Reads `a,b`: a list of services. Throws ListenSyntaxError for a name that is none. */
export function parseServices(text: string): ServiceName[] {
  return text.split(",").map(serviceName);
}

/** `127.0.0.1:7070`, `[::1]:7070`. */
export function formatAddress({ host, port }: Pick<ListenAddress, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function serviceName(text: string): ServiceName {
  const known = SERVICE_NAMES.find((name) => name === text);
  if (known !== undefined) return known;
  throw new ListenSyntaxError(`no service ${JSON.stringify(text)}: there are ${SERVICE_NAMES.join(", ")}`);
}
