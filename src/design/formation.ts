import type { DeclaredMessage } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import type { KindSchema, MessageSchema } from "./kind-schema.ts";
import { markedFields } from "./marked-fields.ts";
import { findingAt, keyPlaceOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";

/** A check that warns of explicit assignments (addresses, VLAN ids, MAC addresses) in a layer of role `design`. */
export function formationCheck(report: (diagnostic: Diagnostic) => void): (raw: RawItem, schema: KindSchema) => void {
  const onTheWay = markedFields((field) => field.formation);

  function visit(raw: RawItem, message: DeclaredMessage, schema: MessageSchema, path: string): void {
    for (const field of onTheWay.of(schema)) {
      const declared = message.fields[field.name];
      if (declared === undefined || declared.type === "removal") continue;
      const own = fieldPath(path, field.name);
      if (field.formation) {
        report(
          findingAt(raw.body.origin, keyPlaceOf(declared), {
            rule: "formation-in-design",
            severity: "warning",
            message: `found ${own} in layer "${raw.layer.name}", which holds the design: it is formation data`,
            hint: "move it to a layer for formation data, so that the design fits other places too",
            field: own,
          }),
        );
      } else if (declared.type === "message" && field.shape.type === "message") {
        visit(raw, declared, field.shape.message, own);
      } else if (declared.type === "group" && field.shape.type === "keyed") {
        for (const [key, each] of declared.members) {
          if (each.type === "message") visit(raw, each, field.shape.message, keyPath(own, key));
        }
      } else if (declared.type === "list" && field.shape.type === "list") {
        for (const [index, each] of declared.items.entries()) {
          visit(raw, each, field.shape.message, indexPath(own, index));
        }
      }
    }
  }

  return (raw, schema) => {
    if (raw.layer.role === "design") visit(raw, raw.body, schema.message, "");
  };
}
