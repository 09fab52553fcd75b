import { getOption } from "@bufbuild/protobuf";
import { file_bedplate_design_v1_item } from "../../../gen/bedplate/design/v1/item_pb.js";
import { kind } from "../../../gen/bedplate/type/v1/options_pb.js";

/** The built-in kinds of items, by their own names and no others, in alphabetical order. */
export const kindNames: readonly string[] = [file_bedplate_design_v1_item, ...file_bedplate_design_v1_item.dependencies]
  .flatMap((file) => file.messages.map((message) => getOption(message, kind)))
  .filter((name) => name !== "")
  .sort();

/** What kinds are called in earlier forms. */
const earlierNames: ReadonlyMap<string, string> = new Map([
  ["Region", "Site"],
  ["BaremetalNode", "Node"],
]);

/** The kind an earlier form calls by this name. */
export function kindOfEarlierName(name: string): string | undefined {
  return earlierNames.get(name);
}

/** Whether a name can be that of a custom kind: it has a dot. That the design declares the kind is not for a form to know. */
export function isCustomKind(name: string): boolean {
  return name.includes(".");
}
