import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "undici";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { busy, DriverError, rejected, unreachable } from "../driver-error.ts";
import { answerError } from "./answer-error.ts";
import { authorization } from "./authorization.ts";
import { TooManyWaiting } from "./in-flight.ts";
import type { Pools } from "./pools.ts";
import type { FormField, MaasAnswer, MaasRead, MaasWrite } from "./request.ts";
import type { MaasTarget } from "./target.ts";

/** Requests to one MAAS within one call. Every failure is a `DriverError`. */
export interface MaasClient {
  readonly target: MaasTarget;
  /** Reads JSON. Tries again, at most twice, when the connection or the server fails. */
  get(read: MaasRead): Promise<unknown>;
  /** Reads bytes as they are. Tries again like `get`. */
  getBytes(read: MaasRead): Promise<Buffer>;
  /** Writes once. Gives the parsed JSON, or the text of an answer that is none. `atTurn` is called when its turn has come, just before anything is sent: what it throws ends the write. */
  send(write: MaasWrite, atTurn?: () => void): Promise<unknown>;
}

/** Called after each attempt, for the log: never with form values or headers. */
export type Observer = (event: {
  readonly method: string;
  readonly path: string;
  readonly status: number | string;
  readonly durationMs: number;
}) => void;

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const READ_ATTEMPTS = 3;
const FIRST_BACKOFF_MS = 250;
const FULL_MS = 5000;
const RETRIED = new Set([429, 502, 503, 504]);

/** A client for one call: `signal` ends its reads, and keeps further requests from being sent. Each request has the target's own deadline besides. */
export function createMaasClient(pools: Pools, target: MaasTarget, signal: AbortSignal, observe: Observer): MaasClient {
  // Looked up for each attempt: between two of them the way may have been closed as one not in use.
  const way = () => pools.get(target.origin);

  async function attempt(
    method: string,
    path: string,
    form: string | undefined,
    maxBytes: number,
    atTurn: () => void = () => {},
  ): Promise<MaasAnswer> {
    const { pool, inFlight } = way();
    const leave = await inFlight.enter(target.maxInFlight, signal).catch((error: unknown) => {
      if (!(error instanceof TooManyWaiting)) throw error;
      throw busy(`too many requests to MAAS wait in this driver: ${error.message}`, FULL_MS, {
        subject: target.instance,
      });
    });
    try {
      atTurn();
      return await exchange(pool, method, path, form, maxBytes);
    } finally {
      leave();
    }
  }

  async function exchange(
    pool: Pool,
    method: string,
    path: string,
    form: string | undefined,
    maxBytes: number,
  ): Promise<MaasAnswer> {
    const started = performance.now();
    const note = (status: number | string) => {
      const bare = path.slice(target.basePath.length).replace(/\?(?!op=).*$/, "");
      observe({ method, path: bare, status, durationMs: Math.round(performance.now() - started) });
    };
    const own = AbortSignal.timeout(target.requestTimeoutMs);
    try {
      signal.throwIfAborted();
      const response = await pool.request({
        method: method as "GET",
        path,
        headers: {
          accept: "application/json",
          authorization: authorization(target.key, randomUUID(), Math.floor(Date.now() / 1000)),
          ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(form === undefined ? {} : { body: form }),
        // A write that has begun is awaited though the caller has gone: the machine is not let go while nobody knows what MAAS made of it.
        signal: form === undefined && method === "GET" ? AbortSignal.any([signal, own]) : own,
        headersTimeout: target.requestTimeoutMs,
        bodyTimeout: target.requestTimeoutMs,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBytes) {
          throw rejected(`the answer of MAAS to ${method} ${path} is larger than ${maxBytes} bytes`, {
            subject: target.instance,
            hint: `check that the endpoint of driver instance ${target.instance} is a MAAS, such as http://HOST:5240/MAAS`,
          });
        }
        chunks.push(chunk);
      }
      note(response.statusCode);
      return {
        status: response.statusCode,
        contentType: header(response.headers["content-type"]),
        retryAfterSeconds: seconds(header(response.headers["retry-after"])),
        location: header(response.headers.location),
        body: Buffer.concat(chunks),
      };
    } catch (error) {
      if (error instanceof DriverError) throw error;
      if (signal.aborted) throw signal.reason;
      note(codeOf(error));
      throw connectionError(error, target);
    }
  }

  async function read({ path, op, query = [], maxBytes = DEFAULT_MAX_BYTES }: MaasRead): Promise<MaasAnswer> {
    const fields: FormField[] = op === undefined ? [...query] : [["op", op], ...query];
    const full = `${target.basePath}${path}${fields.length === 0 ? "" : `?${encode(fields)}`}`;
    for (let tried = 1; ; tried += 1) {
      let failure: DriverError;
      let passing: boolean;
      try {
        const answer = await attempt("GET", full, undefined, maxBytes);
        if (answer.status >= 200 && answer.status < 300) return answer;
        failure = answerError({ method: "GET", path, ...(op === undefined ? {} : { op }) }, answer, target);
        passing = RETRIED.has(answer.status);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        failure = error;
        passing = error.failure.reason === ErrorReason.TARGET_UNREACHABLE;
      }
      if (!passing || tried >= READ_ATTEMPTS || signal.aborted) throw failure;
      await delay(FIRST_BACKOFF_MS * 4 ** (tried - 1), undefined, { signal }).catch(() => {});
    }
  }

  return {
    target,
    async get(request) {
      const answer = await read(request);
      return parseJson(answer, `GET ${request.path}`, target);
    },
    async getBytes(request) {
      const answer = await read(request);
      return answer.body;
    },
    async send({ method, path, op, form = [] }, atTurn) {
      const query = op === undefined ? "" : `?${encode([["op", op]])}`;
      const body = method === "DELETE" ? undefined : encode(form);
      const answer = await attempt(method, `${target.basePath}${path}${query}`, body, DEFAULT_MAX_BYTES, atTurn);
      if (answer.status < 200 || answer.status >= 300) {
        throw answerError({ method, path, ...(op === undefined ? {} : { op }) }, answer, target);
      }
      if (answer.contentType.includes("json")) return parseJson(answer, `${method} ${path}`, target);
      return answer.body.toString("utf8");
    },
  };
}

function encode(fields: readonly FormField[]): string {
  const form = new URLSearchParams();
  for (const [name, value] of fields) form.append(name, value);
  return form.toString();
}

function header(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

function seconds(source: string): number | undefined {
  return /^\d{1,5}$/.test(source) ? Number(source) : undefined;
}

function parseJson(answer: MaasAnswer, what: string, target: MaasTarget): unknown {
  try {
    return JSON.parse(answer.body.toString("utf8"));
  } catch (cause) {
    throw new DriverError(
      `the answer to ${what} is not JSON`,
      rejected("", {
        subject: target.instance,
        // Not a word of it: what is cut off or misplaced may hold anybody's passwords.
        vendorCode: `${answer.contentType || "no content type"}, ${answer.body.length} bytes`,
        hint: `check that the endpoint of driver instance ${target.instance} is a MAAS, such as http://HOST:5240/MAAS`,
      }).failure,
      cause,
    );
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "failed";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "failed";
}

/** Codes of a connection whose other side speaks no TLS, or another sort, or has a certificate that isn't trusted: waiting mends none of it. */
const TLS_CODES =
  /^(ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH|EPROTO$|HPE_)/;

function connectionError(error: unknown, target: MaasTarget): DriverError {
  const code = codeOf(error);
  if (TLS_CODES.test(code)) {
    return new DriverError(
      `MAAS at ${target.origin} of driver instance ${target.instance} can't be spoken to (${code})`,
      rejected("", {
        subject: target.instance,
        hint: `check that the endpoint of driver instance ${target.instance} has the right http or https and port, and that this host trusts its certificate (NODE_EXTRA_CA_CERTS)`,
      }).failure,
      error,
    );
  }
  const timedOut = code === "TimeoutError" || code === "AbortError" || code.endsWith("TIMEOUT");
  const what = timedOut ? "did not answer in time" : `cannot be reached (${code})`;
  return unreachable(
    `MAAS at ${target.origin} of driver instance ${target.instance} ${what}`,
    {
      subject: target.instance,
      hint: `check that MAAS runs and that the endpoint of driver instance ${target.instance} is right`,
    },
    error,
  );
}
