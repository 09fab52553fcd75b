import { file_bedplate_design_v1_item } from "../../gen/bedplate/design/v1/item_pb.js";
import { kindFromDescriptor } from "./kind-from-descriptor.ts";
import type { KindSchema } from "./kind-schema.ts";

let found: ReadonlyMap<string, KindSchema> | undefined;

/** The kinds whose messages the contract holds, by name: every message that the files of `item.proto` mark with a kind. */
export function builtInKinds(): ReadonlyMap<string, KindSchema> {
  found ??= new Map(
    [file_bedplate_design_v1_item, ...file_bedplate_design_v1_item.dependencies]
      .flatMap((file) => file.messages)
      .map(kindFromDescriptor)
      .filter((schema) => schema !== undefined)
      .map((schema) => [schema.kind, schema]),
  );
  return found;
}
