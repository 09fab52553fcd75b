import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type Layer as LayerMessage,
  type LayerSchema,
  LayerRole as RoleMessage,
} from "../../../gen/bedplate/design/v1/item_pb.js";
import type { Layer, LayerRole } from "../../design/layer.ts";

const roles: Readonly<Record<LayerRole, RoleMessage>> = {
  any: RoleMessage.UNSPECIFIED,
  design: RoleMessage.DESIGN,
  formation: RoleMessage.FORMATION,
};

/** A layer in the contract's form. */
export function layerToMessage(layer: Layer): MessageInitShape<typeof LayerSchema> {
  const owns = layer.owns.map(({ kind, fields }) => ({ kind, fields: [...fields] }));
  return { ...layer, role: roles[layer.role], owns };
}

/** A layer of the contract in plain form; where it doesn't say whose it is, `owner` is. */
export function layerFromMessage(message: LayerMessage, owner = ""): Layer {
  const { name, rank, mayReferenceSecrets, allowSecretLiterals, source = owner } = message;
  return {
    name,
    role: roleFromMessage(message.role),
    rank,
    owns: message.owns.map(({ kind, fields }) => ({ kind, fields: [...fields] })),
    mayReferenceSecrets,
    allowSecretLiterals,
    ...(source !== "" && { source }),
  };
}

function roleFromMessage(role: RoleMessage): LayerRole {
  switch (role) {
    case RoleMessage.DESIGN:
      return "design";
    case RoleMessage.FORMATION:
      return "formation";
    default:
      return "any";
  }
}
