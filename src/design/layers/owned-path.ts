import { UnknownPathError } from "../explanation.ts";
import { FieldPathError, parseFieldPath } from "../field-path.ts";
import type { KindSchema } from "../kind-schema.ts";
import { followPath } from "../schema-path.ts";

/** Why a path that a layer owns leads nowhere in a kind, with the path that was meant where one is near; undefined for one that leads somewhere. */
export function ownedPathFault(
  path: string,
  schema: KindSchema,
): { readonly message: string; readonly suggestion?: string } | undefined {
  try {
    followPath(parseFieldPath(path), schema, {});
    return undefined;
  } catch (error) {
    if (error instanceof UnknownPathError) {
      return { message: error.message, ...(error.suggestion !== undefined && { suggestion: error.suggestion }) };
    }
    if (error instanceof FieldPathError) return { message: error.message };
    throw error;
  }
}
