import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { KindSchema } from "../design/kind-schema.ts";
import type { TreeMap } from "../design/tree.ts";
import { failure } from "../mesh/failure.ts";
import { suggest } from "../text/suggest.ts";

/**
 * What a field mask leaves of a specification: its top-level fields, all of them when the mask is empty. `kind` is the kind it is for, empty for
 * any. `kindsOf` is asked for the kinds when there is a mask. Throws INVALID_ARGUMENT for a field no such kind has.
 */
export async function fieldMask(
  kind: string,
  paths: readonly string[],
  kindsOf: () => Promise<ReadonlyMap<string, KindSchema>>,
): Promise<(tree: TreeMap) => TreeMap> {
  if (paths.length === 0) return (tree) => tree;
  const kinds = await kindsOf();
  const schemas = kind === "" ? [...kinds.values()] : [kinds.get(kind)].filter((schema) => schema !== undefined);
  for (const path of paths) {
    if (schemas.length === 0 || schemas.some(({ message }) => message.fields.has(path))) continue;
    const near = suggest(path, new Set(schemas.flatMap(({ message }) => [...message.fields.keys()])));
    const guess = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
    const owner = kind === "" ? "no kind" : `kind "${kind}"`;
    const message = `${owner} has ${kind === "" ? "a" : "no"} field ${JSON.stringify(path)}${guess}`;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
      fieldPath: "fields",
      hint: "name top-level fields of the specification",
    });
  }
  const wanted = new Set(paths);
  return (tree) => Object.fromEntries(Object.entries(tree).filter(([name]) => wanted.has(name)));
}
