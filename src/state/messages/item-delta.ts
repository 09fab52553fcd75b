import type { MessageInitShape } from "@bufbuild/protobuf";
import { ChangeKind, type ItemDeltaSchema } from "../../../gen/bedplate/design/v1/revision_pb.js";
import type { ItemDelta } from "../store/write-revision.ts";

const changes: Readonly<Record<ItemDelta["change"], ChangeKind>> = {
  added: ChangeKind.ADDED,
  changed: ChangeKind.CHANGED,
  deleted: ChangeKind.DELETED,
};

/** How something changed, in the contract's form. */
export function changeToMessage(change: ItemDelta["change"]): ChangeKind {
  return changes[change];
}

/** A changed item or declaration in the contract's form. */
export function itemDeltaToMessage({
  kind,
  name,
  layer = "",
  change,
}: ItemDelta): MessageInitShape<typeof ItemDeltaSchema> {
  return { kind, name, layer, change: changeToMessage(change) };
}
