import { Code, type ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";
import { suggest } from "../text/suggest.ts";

/**
 * NOT_FOUND for a name nobody has, with the name it was perhaps meant to be. `what` says what was looked for, such as `design`, and where, such as
 * `in design "lab"`.
 */
export function notFound(
  what: string,
  name: string,
  candidates: Iterable<string> = [],
  where = "",
  hint?: string,
): ConnectError {
  const near = suggest(name, candidates);
  const place = where === "" ? "" : ` ${where}`;
  const guess = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  return failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no ${what} ${JSON.stringify(name)}${place}${guess}`, {
    subject: name,
    hint,
  });
}
