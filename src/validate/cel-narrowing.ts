import { hiddenSecret } from "../design/hide-secrets.ts";
import type { CelExpression } from "./cel-expression.ts";
import { isVariable, partOf, textOf } from "./cel-parts.ts";

/** A condition that every item meets which an expression holds for, in terms a database has an index for. It may hold for others too. */
export type Narrowing =
  | { readonly type: "all" }
  | { readonly type: "kind" | "name" | "layer" | "rack" | "tag" | "prefix"; readonly value: string }
  | { readonly type: "label"; readonly key: string; readonly value: string }
  | { readonly type: "and" | "or"; readonly parts: readonly Narrowing[] };

const all: Narrowing = { type: "all" };

/**
 * What an expression says about kind, name, layer, rack, labels and tags, as far as it narrows: equalities, membership and prefixes, joined by `&&` and `||`. An
 * expression that fails for an item does not hold for it, so nothing else need be looked at.
 */
export function narrowingOf(expression: CelExpression): Narrowing {
  const { exprKind } = expression;
  if (exprKind.case !== "callExpr") return all;
  const { function: called, args, target } = exprKind.value;
  const [one, other] = args;
  switch (called) {
    case "_&&_": {
      const parts = args.map(narrowingOf).filter(({ type }) => type !== "all");
      return parts.length > 1 ? { type: "and", parts } : (parts[0] ?? all);
    }
    case "_||_": {
      const parts = args.map(narrowingOf);
      return parts.some(({ type }) => type === "all") ? all : { type: "or", parts };
    }
    case "_==_":
      return one === undefined || other === undefined ? all : (equality(one, other) ?? equality(other, one) ?? all);
    case "@in":
      return one === undefined || other === undefined ? all : (membership(one, other) ?? all);
    case "startsWith": {
      const value = one && searchable(one);
      return target !== undefined && isVariable(target, "name") && value !== undefined
        ? { type: "prefix", value }
        : all;
    }
    default:
      return all;
  }
}

function equality(field: CelExpression, literal: CelExpression): Narrowing | undefined {
  const value = searchable(literal);
  if (value === undefined) return undefined;
  for (const type of ["kind", "name", "layer", "rack"] as const) if (isVariable(field, type)) return { type, value };
  if (field.exprKind.case === "selectExpr" && field.exprKind.value.testOnly) return undefined;
  const [operand, key] = partOf(field) ?? [];
  if (operand === undefined || key === undefined || !isVariable(operand, "labels") || !isSearchable(key))
    return undefined;
  return { type: "label", key, value };
}

function membership(member: CelExpression, list: CelExpression): Narrowing | undefined {
  if (isVariable(list, "tags")) {
    const value = searchable(member);
    return value === undefined ? undefined : { type: "tag", value };
  }
  if (list.exprKind.case !== "listExpr") return undefined;
  const parts = list.exprKind.value.elements.map((element) => equality(member, element));
  return parts.every((part) => part !== undefined) ? { type: "or", parts } : undefined;
}

function searchable(literal: CelExpression): string | undefined {
  const text = textOf(literal);
  return text !== undefined && isSearchable(text) ? text : undefined;
}

/** A database can't take every text; and the one that stands for secrets is not what it holds. */
function isSearchable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed() && text !== hiddenSecret;
}
