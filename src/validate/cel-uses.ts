import { type CelExpression, walk } from "./cel-expression.ts";

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

/** What a field or a member by a text key is taken from, and its name: `a.b` and `a["b"]`; undefined for anything else, `has(a.b)` included unless asked for. */
export function partOf({ exprKind }: CelExpression): readonly [CelExpression, string] | undefined {
  if (exprKind.case === "selectExpr") {
    const { operand, field } = exprKind.value;
    return operand && [operand, field];
  }
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]") return undefined;
  const [operand, key] = exprKind.value.args;
  const text = key && textOf(key);
  return operand === undefined || text === undefined ? undefined : [operand, text];
}

/** Whether an expression is a variable of that name. */
export function isVariable({ exprKind }: CelExpression, name: string): boolean {
  return exprKind.case === "identExpr" && exprKind.value.name === name;
}

/** The text an expression is; undefined when it isn't one. */
export function textOf({ exprKind }: CelExpression): string | undefined {
  if (exprKind.case !== "constExpr") return undefined;
  const { constantKind } = exprKind.value;
  return constantKind.case === "stringValue" ? constantKind.value : undefined;
}
