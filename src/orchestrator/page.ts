import { createHash } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";

/** The paging fields every list request has. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Rows of a page, and the token of the next; the token is empty on the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
}

const USUAL_SIZE = 100;
// Below the bound of a message, with room for field names and encoding.
const LARGEST_BYTES = 3 * 1024 * 1024;

/** How many rows to read for a page: one more than it may hold, to know whether there is a next. */
export function rowsToRead(request: PageRequest): number {
  return limitOf(request) + 1;
}

/**
 * The key of the row a page begins after; undefined for the first page. `query` is everything that makes two requests ask for
 * the same list. Throws INVALID_ARGUMENT for a token of another list, or for what is none.
 */
export function pageStart(
  request: PageRequest,
  query: readonly string[],
  parts: number,
): readonly string[] | undefined {
  if (request.pageToken === "") return undefined;
  const token = readToken(request.pageToken);
  if (token === undefined || token[0] !== fingerprint(query) || token.length !== parts + 1) {
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "the page token is not one of this list", {
      fieldPath: "page_token",
      hint: "pass next_page_token unchanged, with the request it was answered to; or leave it empty to begin again",
    });
  }
  return token.slice(1);
}

/** Cuts a page out of the rows read for it: at its limit, or sooner if the answer would become too large. */
export function cutPage<Row>(
  rows: readonly Row[],
  request: PageRequest,
  query: readonly string[],
  keyOf: (row: Row) => readonly string[],
): Page<Row> {
  let bytes = 0;
  let count = 0;
  for (const row of rows) {
    bytes +=
      256 + Buffer.byteLength(JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}` : value)));
    if (count === limitOf(request) || (count > 0 && bytes > LARGEST_BYTES)) break;
    count++;
  }
  const last = rows[count - 1];
  const more = count < rows.length && last !== undefined;
  return { rows: rows.slice(0, count), nextPageToken: more ? writeToken([fingerprint(query), ...keyOf(last)]) : "" };
}

function limitOf({ pageSize }: PageRequest): number {
  return pageSize === 0 ? USUAL_SIZE : pageSize;
}

function fingerprint(query: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 16);
}

function writeToken(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function readToken(token: string): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return Array.isArray(parts) && parts.every((part) => typeof part === "string") ? parts : undefined;
  } catch {
    return undefined;
  }
}
