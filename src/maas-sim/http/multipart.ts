import { badRequest } from "./api-error.ts";

/** One part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: Buffer;
}

/** The most parts one body may have. */
export const MAX_PARTS = 5000;

const CRLF = Buffer.from("\r\n");
const HEADER_END = Buffer.from("\r\n\r\n");

/** Splits a `multipart/form-data` body into its parts. Throws a 400 on anything that is not well formed. */
export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) throw malformed("the boundary is missing");
  const delimiter = Buffer.from(`--${mark}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  if (at < 0) throw malformed("the first boundary is missing");
  for (;;) {
    at += delimiter.length;
    if (body.subarray(at, at + 2).toString("latin1") === "--") return parts;
    at = skipLineEnd(body, at);
    const next = body.indexOf(Buffer.concat([CRLF, delimiter]), Math.max(at - CRLF.length, 0));
    if (next < 0) throw malformed("the closing boundary is missing");
    if (parts.length >= MAX_PARTS) throw malformed(`more than ${MAX_PARTS} parts`);
    // A form without fields is sent as one part of no bytes at all.
    if (next > at) parts.push(readPart(body.subarray(at, next)));
    at = next + CRLF.length;
  }
}

function skipLineEnd(body: Buffer, at: number): number {
  let end = at;
  while (body[end] === 0x20 || body[end] === 0x09) end += 1;
  if (body[end] !== 0x0d || body[end + 1] !== 0x0a) throw malformed("a boundary is not followed by a line end");
  return end + 2;
}

function readPart(part: Buffer): Part {
  const split = part.indexOf(HEADER_END);
  if (split < 0 || split > 8192) throw malformed("a part has no headers");
  const headers = part.subarray(0, split).toString("utf8").split("\r\n");
  const content = Buffer.from(part.subarray(split + HEADER_END.length));
  const header = (name: string) => headers.find((line) => line.toLowerCase().startsWith(`${name}:`));
  const disposition = header("content-disposition") ?? "";
  const name = parameter(disposition, "name");
  if (name === undefined) throw malformed("a part has no name");
  const filename = parameter(disposition, "filename");
  const base64 = /:\s*base64\s*$/i.test(header("content-transfer-encoding") ?? "");
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    content: base64 ? Buffer.from(content.toString("latin1"), "base64") : content,
  };
}

function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(disposition);
  return found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2];
}

function malformed(reason: string) {
  return badRequest(`Malformed multipart body: ${reason}.`);
}
