import { type Agent, request } from "node:http";

/** The outcome of one attempt: an answer, or why there was none and whether another attempt may help. */
export type CallOutcome =
  | { readonly ok: true; readonly response: unknown }
  | { readonly ok: false; readonly retry: boolean; readonly reason: string };

/** One unary call in Connect's JSON form. */
export interface ConnectCall {
  readonly url: string;
  /** `/package.Service/Method` */
  readonly method: string;
  readonly token: string;
  readonly message: unknown;
}

const MAX_RESPONSE = 4 * 1024 * 1024;
const RETRIED = new Set([408, 429, 500, 502, 503, 504]);

/** Makes one attempt, over HTTP/1.1, with a deadline in milliseconds. Never rejects. */
export function connectCall(
  { url, method, token, message }: ConnectCall,
  agent: Agent,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const body = Buffer.from(JSON.stringify(message));
  return new Promise((resolve) => {
    const fail = (reason: string, retry = true) => resolve({ ok: false, retry, reason });
    const outgoing = request(
      `${url}${method}`,
      {
        method: "POST",
        agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
        headers: {
          "content-type": "application/json",
          "content-length": body.length,
          "connect-protocol-version": "1",
          authorization: `Bearer ${token}`,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_RESPONSE) incoming.destroy(new Error("the answer is too large"));
          else chunks.push(chunk);
        });
        incoming.on("error", (error) => fail(error.message));
        incoming.on("end", () => resolve(outcome(incoming.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"))));
      },
    );
    outgoing.on("error", (error) => fail(signal.aborted ? "the node was stopped" : reasonOf(error)));
    outgoing.end(body);
  });
}

function outcome(status: number, body: string): CallOutcome {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  if (status === 200 && parsed !== undefined) return { ok: true, response: parsed };
  if (status === 200) return { ok: false, retry: false, reason: "the answer is not JSON" };
  const { code, message } = Object.assign({ code: "", message: "" }, parsed);
  return { ok: false, retry: RETRIED.has(status), reason: `${status} ${code} ${message}`.trim().slice(0, 500) };
}

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : error.name;
  return error.name === "TimeoutError" ? "no answer in time" : code;
}
