import type { Socket } from "node:net";

/** What a connection's first bytes say it speaks. */
export type Protocol = "tls" | "h1" | "h2";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const TLS_HANDSHAKE = 0x16;

/**
 * Reads as few bytes as it takes to tell TLS, HTTP/1 and HTTP/2 apart, puts them back, and calls back once. A connection
 * that doesn't say within `timeoutMs` is closed.
 */
export function sniffProtocol(socket: Socket, timeoutMs: number, found: (protocol: Protocol) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  // An absolute bound: a socket's own timeout starts again with every byte.
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off("readable", onReadable);
    socket.off("close", stop);
    socket.off("end", onEnd);
  };
  const onEnd = (): void => void socket.destroy();
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const protocol = protocolOf(seen);
    if (protocol === undefined) return;
    stop();
    socket.unshift(seen);
    found(protocol);
  };
  socket.on("readable", onReadable);
  socket.on("close", stop);
  socket.on("end", onEnd);
}

function protocolOf(seen: Buffer): Protocol | undefined {
  if (seen[0] === TLS_HANDSHAKE) return "tls";
  const length = Math.min(seen.length, PREFACE.length);
  if (seen.compare(PREFACE, 0, length, 0, length) !== 0) return "h1";
  // No HTTP/1 method starts so.
  return length >= 4 ? "h2" : undefined;
}
