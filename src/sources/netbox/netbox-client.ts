import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { SourceError } from "../source-error.ts";

/** What is asked of a list: filters as NetBox names them, a list for a filter given several times. */
export type ListQuery = Readonly<Record<string, string | number | readonly string[]>>;

/** Requests to one NetBox, all of them reads. */
export interface NetboxClient {
  /** All objects of a list, such as "dcim/devices", by id. A list that changes while it is read is read again. */
  list(path: string, query: ListQuery): Promise<readonly unknown[]>;
  /** How many objects a list has, and when one of them was changed last. */
  glance(path: string, query: ListQuery): Promise<string>;
  close(): Promise<void>;
}

/** How a NetBox is reached. */
export interface NetboxTarget {
  /** Base URL, with or without "/api". */
  readonly url: string;
  readonly token: string;
  /** Ends every request. */
  readonly signal: AbortSignal;
  /** The pause before a request is repeated, in milliseconds; it doubles each time. */
  readonly backoffMs: number;
}

const PAGE = 1000;
const MOST_PAGES = 2000;
const MOST_OBJECTS = 500_000;
const MOST_PAGE_BYTES = 64 * 1024 * 1024;
const MOST_BYTES = 512 * 1024 * 1024;
const REQUEST_MS = 60_000;
const ATTEMPTS = 4;
const READINGS = 3;
const LONGEST_PAUSE_MS = 60_000;
const PASSING = new Set([429, 500, 502, 503, 504]);

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: Buffer;
}

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly unknown[];
}

/** Makes a client. Every failure is a `SourceError`, or the signal's reason. Links of answers are never followed: their offsets are asked for here. */
export function createNetboxClient({ url, token, signal, backoffMs }: NetboxTarget): NetboxClient {
  const { origin, pathname } = new URL(url);
  const base = `${pathname.replace(/\/+$/, "").replace(/\/api$/, "")}/api/`;
  const pool = new Pool(origin, { connections: 2, pipelining: 1, connect: { timeout: 10_000 } });
  // Tokens of the second kind, "nbt_KEY.TOKEN", are bearer tokens.
  const authorization = token.startsWith("nbt_") ? `Bearer ${token}` : `Token ${token}`;
  let bytes = 0;

  const once = async (path: string): Promise<Answer> => {
    const response = await pool.request({
      method: "GET",
      path,
      headers: { accept: "application/json", authorization },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response.body as AsyncIterable<Buffer>) {
      size += part.length;
      bytes += part.length;
      if (size > MOST_PAGE_BYTES || bytes > MOST_BYTES)
        throw new SourceError("rejected", `${origin} answers with more than is read`, "select less: site, roles, tag");
      parts.push(part);
    }
    const after = response.headers["retry-after"];
    const seconds = typeof after === "string" && /^\d{1,5}$/.test(after) ? Number(after) : undefined;
    return {
      status: response.statusCode,
      retryAfterMs: seconds === undefined ? undefined : seconds * 1000,
      body: Buffer.concat(parts),
    };
  };

  const get = async (path: string, query: ListQuery): Promise<Page> => {
    const full = `${base}${path}/?${encode(query)}`;
    for (let attempt = 1; ; attempt++) {
      let failure: SourceError;
      let pause = backoffMs * 2 ** (attempt - 1);
      try {
        const answer = await once(full);
        if (answer.status === 200) return pageOf(answer.body, path, origin);
        failure = refusal(answer, path, origin);
        if (!PASSING.has(answer.status)) throw failure;
        pause = answer.retryAfterMs ?? pause;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SourceError) throw error;
        failure = unreachable(error, origin);
      }
      if (attempt === ATTEMPTS) throw failure;
      await delay(Math.min(pause, LONGEST_PAUSE_MS), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  };

  const readOnce = async (path: string, query: ListQuery): Promise<readonly unknown[] | undefined> => {
    const found = new Map<unknown, unknown>();
    let count: number | undefined;
    let seen = 0;
    for (let pages = 1, offset = 0; ; pages++) {
      const page = await get(path, { ...query, ordering: "id", limit: PAGE, offset });
      count ??= page.count;
      if (page.count !== count) return undefined;
      for (const each of page.results) found.set(idOf(each), each);
      seen += page.results.length;
      if (seen > MOST_OBJECTS || pages > MOST_PAGES)
        throw new SourceError(
          "rejected",
          `${origin} lists more than ${MOST_OBJECTS} ${path}`,
          "select less: site, roles, tag",
        );
      if (page.next === null) break;
      const next = Number(new URL(page.next, origin).searchParams.get("offset"));
      if (!Number.isSafeInteger(next) || next <= offset) throw notNetbox(path, origin);
      offset = next;
    }
    return found.size === count && seen === count ? [...found.values()] : undefined;
  };

  return {
    async list(path, query) {
      for (let reading = 1; reading <= READINGS; reading++) {
        const found = await readOnce(path, query);
        if (found !== undefined) return found;
      }
      throw new SourceError(
        "unreachable",
        `${path} of ${origin} changed each time it was read`,
        "nothing: it is read again",
      );
    },
    async glance(path, query) {
      const { count, results } = await get(path, { ...query, ordering: "-last_updated", limit: 1 });
      const [newest] = results;
      return `${count} ${String((newest as { last_updated?: unknown } | undefined)?.last_updated ?? "")}`;
    },
    close: () => pool.destroy(),
  };
}

function encode(query: ListQuery): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? value : [value]) form.append(name, String(each));
  return form.toString();
}

function idOf(each: unknown): unknown {
  return typeof each === "object" && each !== null && "id" in each ? each.id : each;
}

function pageOf(body: Buffer, path: string, origin: string): Page {
  let page: Partial<Page> | null;
  try {
    page = JSON.parse(body.toString("utf8"));
  } catch {
    throw notNetbox(path, origin);
  }
  const { count, next, results } = page ?? {};
  const fits = typeof count === "number" && Array.isArray(results) && (next === null || typeof next === "string");
  if (!fits) throw notNetbox(path, origin);
  return { count, next, results };
}

function notNetbox(path: string, origin: string): SourceError {
  return new SourceError("rejected", `the answer of ${origin} to ${path} is not a NetBox's list`, "check url");
}

/** What NetBox says of a refused request, which holds nothing of ours but the filters. */
function refusal({ status, body }: Answer, path: string, origin: string): SourceError {
  const said = [...body.toString("utf8").replace(/\s+/g, " ")].slice(0, 300).join("");
  const message = `${origin} answers ${status} to ${path}`;
  if (status === 401 || status === 403)
    return new SourceError("unauthenticated", message, "check the source's token and what it may read");
  if (PASSING.has(status)) return new SourceError("unreachable", message, "check that NetBox runs");
  return new SourceError(
    "rejected",
    said.startsWith("{") ? `${message}: ${said}` : message,
    "check url, site, roles and tag",
  );
}

function unreachable(error: unknown, origin: string): SourceError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "no answer";
  return new SourceError(
    "unreachable",
    `${origin} can't be reached (${code})`,
    "check url, and that NetBox runs",
    error,
  );
}
