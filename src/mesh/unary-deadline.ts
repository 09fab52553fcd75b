import type { Transport } from "@connectrpc/connect";

/** How long a unary call may take when its caller doesn't say, in milliseconds. */
export const DEFAULT_CALL_MS = 30_000;

/** The transport, with a deadline for every unary call that names none. Streams last until one side ends them. */
export function withUnaryDeadline(transport: Transport, defaultMs: number): Transport {
  return {
    unary: (method, signal, timeoutMs, header, input, contextValues) =>
      transport.unary(method, signal, timeoutMs ?? defaultMs, header, input, contextValues),
    stream: transport.stream.bind(transport),
  };
}
