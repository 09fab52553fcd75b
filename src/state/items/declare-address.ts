import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { declarationText, declarationUri, inOrderOfNames } from "../../design/declaration-text.ts";
import { keyPath, parseFieldPath } from "../../design/field-path.ts";
import { followPath } from "../../design/schema-path.ts";
import { setFields, UnchangeablePart } from "../../design/set-fields.ts";
import type { TreeMap } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";
import { digestOf } from "../digest.ts";
import type { LayerDocument } from "../store/content.ts";

/** An address of a node in a network, and the layer that is to say so. */
export interface NodeAddress {
  readonly layer: string;
  readonly node: string;
  readonly network: string;
  readonly address: string;
}

/**
 * A layer's declaration of a node with an address, beside everything the layer says of the node already. Throws FAILED_PRECONDITION when it says something of the
 * node's addressing that no entry can be added to.
 */
export function declareAddress(
  { layer, node, network, address }: NodeAddress,
  before: LayerDocument | undefined,
): LayerDocument {
  const key = { kind: "Node", name: node };
  const spec = inOrderOfNames(withAddress(before?.document.spec ?? {}, layer, node, { network, address }));
  const document = {
    ...key,
    ...{ spec, part: "", form: before?.document.form ?? "bedplate-v1", complete: true, conversions: [] },
    ...placeOf({ ...key, spec }, layer),
  };
  return { layer, digest: digestOf(document), document };
}

function placeOf(declaration: Parameters<typeof declarationText>[0], layer: string) {
  const { location, source } = declarationText(declaration, declarationUri(layer, declaration));
  return { location, source };
}

function withAddress(spec: TreeMap, layer: string, node: string, entry: { network: string; address: string }): TreeMap {
  const schema = builtInKinds().get("Node");
  if (schema === undefined) throw new Error("there is no kind Node");
  const from = { addressing: [entry] };
  const path = parseFieldPath(keyPath("addressing", entry.network));
  try {
    return setFields(spec, from, [followPath(path, schema, from)], schema);
  } catch (error) {
    if (!(error instanceof UnchangeablePart)) throw error;
    const message = `layer "${layer}" takes no address of Node/${node}: ${error.message}`;
    throw failure(Code.FailedPrecondition, ErrorReason.INVALID_FIELD, message, {
      ...{ fieldPath: "layer", subject: `Node/${node}`, cause: error },
      hint: "choose another layer, or mend what this one says of the node's addressing",
    });
  }
}
