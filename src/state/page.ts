import { createHash } from "node:crypto";
import { Code, type ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";

const USUAL_SIZE = 100;
/** About the bytes of an answer at which a page ends: below the bound of a message, with room for field names and encoding. */
export const LARGEST_PAGE_BYTES = 3 * 1024 * 1024;

/** Where a page begins: after the row with this key, in the revision the first page was read from. */
export interface PageStart {
  readonly revision: bigint;
  readonly after: readonly string[];
}

/** A request for a page, and everything that makes two requests ask for the same list. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** How many rows a page of a request has at most. */
export function pageLimit(request: PageRequest): number {
  return request.pageSize === 0 ? USUAL_SIZE : request.pageSize;
}

/**
 * Where the page a request asks for begins; undefined for the first. `query` is everything that makes two requests ask for the same list, and `keys` the
 * number of parts of a row's key. Throws INVALID_ARGUMENT for a token that belongs to another list, or is none.
 */
export function pageStart(request: PageRequest, query: readonly unknown[], keys: number): PageStart | undefined {
  if (request.pageToken === "") return undefined;
  const start = readToken(request.pageToken, fingerprint(query));
  if (start === undefined || start.after.length !== keys) throw strangeToken();
  return start;
}

/** INVALID_ARGUMENT for a page token that belongs to another list, or is none. */
export function strangeToken(): ConnectError {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "the page token is not one of this list", {
    fieldPath: "page_token",
    hint: "pass next_page_token unchanged, with the request it was answered to; or leave it empty to begin again",
  });
}

/** A page, and the token of the next; the token is empty on the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
}

/**
 * Cuts a page out of rows read with one more than its limit: at the limit, or sooner if the answer would become too large. `sizeOf` is about the bytes a
 * row takes in an answer.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  request: PageRequest,
  query: readonly unknown[],
  revision: bigint,
  keyOf: (row: Row) => readonly string[],
  sizeOf: (row: Row) => number,
): Page<Row> {
  const limit = pageLimit(request);
  let bytes = 0;
  let count = 0;
  for (const row of rows) {
    bytes += sizeOf(row);
    if (count === limit || (count > 0 && bytes > LARGEST_PAGE_BYTES)) break;
    count += 1;
  }
  const last = rows[count - 1];
  const more = count < rows.length && last !== undefined;
  return {
    rows: rows.slice(0, count),
    nextPageToken: more ? writeToken({ revision, after: keyOf(last) }, fingerprint(query)) : "",
  };
}

/** The token of the page that begins after a row, for a list whose pages end elsewhere than where `cutPage` cuts. */
export function pageTokenAfter(start: PageStart, query: readonly unknown[]): string {
  return writeToken(start, fingerprint(query));
}

/** About the bytes that plain data takes in an answer. */
export function jsonSize(...values: readonly unknown[]): number {
  let bytes = 512;
  for (const value of values) bytes += Buffer.byteLength(JSON.stringify(value));
  return bytes;
}

function fingerprint(query: readonly unknown[]): string {
  const text = JSON.stringify(query, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

function writeToken({ revision, after }: PageStart, query: string): string {
  return Buffer.from(JSON.stringify([query, `${revision}`, ...after])).toString("base64url");
}

function readToken(token: string, query: string): PageStart | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || !parts.every((part): part is string => typeof part === "string")) return undefined;
  const [ownQuery, revision, ...after] = parts;
  if (ownQuery !== query || revision === undefined || !/^[0-9]{1,18}$/.test(revision)) return undefined;
  return { revision: BigInt(revision), after };
}
