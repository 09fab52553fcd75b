import type { ChangeOrigin } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { visibleText } from "../../text/visible-text.ts";

/** Where the design says what a change leads to, for people: the item and field, then file, line and column or the rule that gave the value. */
export function originText({ kind, name, path, origin }: ChangeOrigin): string {
  const where = origin?.location;
  const place = where === undefined ? "" : ` at ${where.uri}:${where.line}:${where.column}`;
  const rule = origin?.rule ? ` by rule ${origin.rule}` : "";
  const layer = origin?.layer ? ` (layer ${origin.layer})` : "";
  const supplier = origin?.item && origin.item !== `${kind}/${name}` ? ` from ${origin.item}` : "";
  return visibleText(`${kind}/${name} ${path}${supplier}${place}${rule}${layer}`);
}
