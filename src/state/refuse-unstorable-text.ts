import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";

/** Throws INVALID_ARGUMENT when a request holds text no database keeps: a zero character, or half a surrogate pair. */
export function refuseUnstorableText(request: object): void {
  const path = findUnstorable(request, "");
  if (path === undefined) return;
  const message = `${path} holds a zero character or half a character, which can't be stored`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, { fieldPath: path, hint: "remove it" });
}

function findUnstorable(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : path;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      const found = findUnstorable(member, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return path;
    const found = findUnstorable(member, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
