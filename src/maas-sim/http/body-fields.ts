import { badRequest } from "./api-error.ts";
import type { FieldValues } from "./form.ts";
import { parseMultipart } from "./multipart.ts";

/** The most fields one request may carry. */
export const MAX_FIELDS = 5000;

/** What a request body says, whichever of the accepted encodings it used. */
export interface BodyFields {
  readonly fields: FieldValues;
  readonly files: ReadonlyMap<string, Buffer>;
  /** True for a JSON body, which only the simple create and update handlers read. */
  readonly json: boolean;
}

const NOTHING: BodyFields = { fields: new Map(), files: new Map(), json: false };

/** Parses a body by its content type. Throws a 400 on malformed input and on a content type nothing here reads. */
export function parseBody(body: Buffer, contentType: string | undefined): BodyFields {
  const kind = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (body.length === 0) return NOTHING;
  if (kind === "application/x-www-form-urlencoded") {
    return { ...NOTHING, fields: parseUrlEncoded(body.toString("utf8")) };
  }
  if (kind === "multipart/form-data") return fromParts(body, contentType ?? "");
  if (kind === "application/json") return { ...NOTHING, fields: fromJson(body), json: true };
  throw badRequest(`Unsupported content type: ${kind || "none given"}.`);
}

/** Decodes `a=1&b=2`. Throws a 400 on a malformed percent-escape, where the real service would guess. */
export function parseUrlEncoded(source: string): FieldValues {
  const fields = new Map<string, string[]>();
  const pairs = source.split("&").filter((pair) => pair !== "");
  if (pairs.length > MAX_FIELDS) throw badRequest(`More than ${MAX_FIELDS} fields.`);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    add(fields, name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return fields;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw badRequest("Malformed percent-encoding in the request.");
  }
}

function fromParts(body: Buffer, contentType: string): BodyFields {
  const fields = new Map<string, string[]>();
  const files = new Map<string, Buffer>();
  for (const part of parseMultipart(body, contentType)) {
    if (part.filename === undefined) add(fields, part.name, part.content.toString("utf8"));
    else files.set(part.name, part.content);
  }
  return { fields, files, json: false };
}

function fromJson(body: Buffer): FieldValues {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("Malformed JSON body.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("The JSON body must be an object.");
  }
  const fields = new Map<string, string[]>();
  for (const [name, member] of Object.entries(value)) {
    for (const item of Array.isArray(member) ? member : [member]) add(fields, name, asText(item));
  }
  return fields;
}

function asText(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function add(fields: Map<string, string[]>, name: string, value: string): void {
  const values = fields.get(name);
  if (values === undefined) fields.set(name, [value]);
  else values.push(value);
}
