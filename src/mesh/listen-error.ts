/** A listener that can't be opened; the message names the address, why, and the next step. */
export class ListenError extends Error {
  /** `HOST:PORT` as asked for. */
  readonly address: string;
  /** The system's code, such as `EADDRINUSE`, or `PLAIN_BEYOND_LOOPBACK`, `TLS_FILES`. */
  readonly code: string;
  constructor(address: string, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ListenError";
    this.address = address;
    this.code = code;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; stop the process that has it, or choose another with --listen",
  EACCES: "not permitted; choose a port above 1023 with --listen",
  EADDRNOTAVAIL: "this machine has no such address; choose one it has with --listen",
  ENOTFOUND: "no such host name; choose another with --listen",
  EAI_AGAIN: "the host name can't be resolved now; use an address with --listen",
};

/** The ListenError for what the system answered. */
export function listenErrorFrom(address: string, error: NodeJS.ErrnoException): ListenError {
  const code = error.code ?? "UNKNOWN";
  return new ListenError(address, code, `can't listen on ${address}: ${REASONS[code] ?? error.message}`, error);
}
