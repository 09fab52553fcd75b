import type { CelExpression } from "./cel-expression.ts";

/** What a field or a member by a text key is taken from, and its name: `a.b` and `a["b"]`; undefined for anything else. `has(a.b)` is one, too. */
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
