import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { CustomKind, CustomKindSchema } from "../../../gen/bedplate/design/v1/item_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { isTreeMap, type Tree, type TreeMap } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";

/** What a custom kind of the contract says, as the spec of an item of kind CustomKind. Throws INVALID_ARGUMENT for a schema that is no JSON object. */
export function customKindSpec(kind: CustomKind): JsonObject {
  const { description, mergeKeys, references, parent, formation, secrets } = kind;
  return {
    ...(description !== "" && { description }),
    json_schema: schemaOf(kind.jsonSchema),
    ...(Object.keys(mergeKeys).length > 0 && { merge_keys: { ...mergeKeys } }),
    ...(Object.keys(references).length > 0 && { references: { ...references } }),
    ...(parent !== "" && { parent }),
    ...(formation.length > 0 && { formation: [...formation] }),
    ...(secrets.length > 0 && { secrets: [...secrets] }),
  };
}

function schemaOf(text: string): JsonObject {
  let fault = "found no JSON object";
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return schema as JsonObject;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    fault = error.message;
  }
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `json_schema is no JSON Schema: ${fault}`, {
    fieldPath: "custom_kind.json_schema",
    hint: 'give the text of one, such as {"type": "object", "properties": {"zone": {"type": "string"}}}',
  });
}

/** An effective item of kind CustomKind in the contract's form. `layers` declare it, lowest rank first. */
export function customKindToMessage(
  { name, tree, fromRevision }: { readonly name: string; readonly tree: TreeMap; readonly fromRevision: bigint },
  layers: readonly string[],
): MessageInitShape<typeof CustomKindSchema> {
  return {
    ...{ kind: name, fromRevision, layers: [...layers] },
    jsonSchema: JSON.stringify(tree.json_schema ?? {}),
    mergeKeys: textsByName(tree.merge_keys),
    references: textsByName(tree.references),
    description: typeof tree.description === "string" ? tree.description : "",
    parent: typeof tree.parent === "string" ? tree.parent : "",
    formation: texts(tree.formation),
    secrets: texts(tree.secrets),
  };
}

function textsByName(value: Tree | undefined): Record<string, string> {
  return isTreeMap(value) ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)])) : {};
}

function texts(value: Tree | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
