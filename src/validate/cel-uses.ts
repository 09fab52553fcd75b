import { type CelExpression, walk } from "./cel-expression.ts";
import { isVariable, partOf } from "./cel-parts.ts";

/** What of an item an expression looks at. */
export interface CelUses {
  readonly variables: ReadonlySet<string>;
  /** The fields of `spec`, or undefined when it looks at `spec` as a whole. */
  readonly specFields: ReadonlySet<string> | undefined;
}

/** Finds what an expression looks at; rather too much than too little. Throws a RangeError for one that is nested too deeply. */
export function celUses(expression: CelExpression): CelUses {
  const variables = new Set<string>();
  const fields = new Set<string>();
  const known = new Set<CelExpression>();
  let whole = false;
  walk(expression, new Set(), (at) => {
    const { exprKind } = at;
    const [operand, field] = partOf(at) ?? [];
    if (operand !== undefined && field !== undefined && isVariable(operand, "spec")) {
      known.add(operand);
      fields.add(field);
    } else if (exprKind.case === "identExpr") {
      variables.add(exprKind.value.name);
      if (exprKind.value.name === "spec" && !known.has(at)) whole = true;
    }
  });
  return { variables, specFields: whole ? undefined : fields };
}
