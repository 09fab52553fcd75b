import { fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import type { ExplanationSchema } from "../../../gen/bedplate/design/v1/item_pb.js";
import type { Explanation } from "../../design/explanation.ts";
import type { Tree } from "../../design/tree.ts";

/** An explanation in the contract's form. */
export function explanationToMessage(explanation: Explanation): MessageInitShape<typeof ExplanationSchema> {
  const { path, from, rule, item, layer } = explanation;
  return {
    path,
    value: toValue(explanation.value),
    ...(from && { from }),
    rule: rule ?? "",
    item,
    layer: layer ?? "",
    steps: explanation.steps.slice(0, 1000).map((each) => ({ ...each })),
    overrode: explanation.overrode.slice(0, 1000).map((each) => ({ ...each, value: toValue(each.value) })),
  };
}

function toValue(tree: Tree) {
  return fromJson(ValueSchema, tree as JsonValue);
}
