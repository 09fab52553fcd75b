import type { parse } from "@bufbuild/cel";
import { suggest } from "../text/suggest.ts";
import { CEL_DEEPEST } from "./cel-bounds.ts";

/** Why an expression can't be compiled, one line; `line` and `column`, from 1, are in the expression, absent when it is about the whole. */
export interface CelFault {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

type Parsed = ReturnType<typeof parse>;

/** The tree of an expression, or a part of it. */
export type CelExpression = Parsed["expr"];
type Expression = CelExpression;
type Comprehension = Extract<Expression["exprKind"], { case: "comprehensionExpr" }>["value"];

/** Names of types that an expression may use. */
const TYPES = ["bool", "bytes", "double", "dyn", "google", "int", "list", "map", "null_type", "string", "type", "uint"];

/** The names an expression may use beside those of the language. */
interface Names {
  readonly variables: readonly string[];
  /** Those that `spec` may have. */
  readonly fields?: ReadonlySet<string> | undefined;
  readonly lookup?: unknown;
}

/**
 * The first name of an expression that nothing stands for: a variable, a function, or a field of `spec`. The language itself would tell only where the
 * expression comes by it.
 */
export function findUnknown(
  { expr, sourceInfo }: Parsed,
  text: string,
  { variables, fields, lookup }: Names,
  isFunction: (name: string) => boolean,
): CelFault | undefined {
  const faults: { readonly message: string; readonly offset: number }[] = [];
  const report = (at: Expression, message: string, name: string, known: Iterable<string>) => {
    const near = suggest(name, known);
    const offset = sourceInfo?.positions[String(at.id)] ?? 0;
    faults.push({ message: near === undefined ? message : `${message}; did you mean ${near}?`, offset });
  };
  walk(expr, new Set(variables), (at, scope) => {
    const { exprKind } = at;
    if (exprKind.case === "identExpr") {
      const { name } = exprKind.value;
      const known = [...scope].filter((each) => /^\w/.test(each));
      if (!scope.has(name) && !TYPES.includes(name)) report(at, `there is no variable ${name}`, name, known);
    } else if (exprKind.case === "callExpr") {
      const { function: called } = exprKind.value;
      if (!/^[a-z]/i.test(called)) return;
      const isMacro = MACROS.includes(called);
      if (isMacro) report(at, `${called} has the wrong number of arguments, or no variable first`, "", []);
      else if (!isFunction(called) || called.startsWith("bedplate_"))
        report(
          at,
          `there is no function ${called}`,
          called,
          lookup === undefined ? FUNCTIONS : [...FUNCTIONS, "lookup"],
        );
    } else if (exprKind.case === "selectExpr" && fields !== undefined) {
      const { operand, field } = exprKind.value;
      const isSpec = operand?.exprKind.case === "identExpr" && operand.exprKind.value.name === "spec";
      if (isSpec && !fields.has(field)) report(at, `spec has no field ${field}`, field, fields);
    }
  });
  const [first] = faults.sort((a, b) => a.offset - b.offset);
  return first && { message: first.message, ...positionIn(text, first.offset) };
}

const MACROS = ["all", "exists", "exists_one", "filter", "has", "map"];
const FUNCTIONS = [
  ...MACROS,
  ...["bool", "bytes", "contains", "double", "dyn", "duration", "endsWith", "int", "matches", "size"],
  ...["startsWith", "string", "timestamp", "type", "uint"],
];

function positionIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}

/** Makes every turn of every loop ask `step() && …` first, so that false ends all of them. `step` gives a new such expression. */
export function boundLoops(expr: Expression, step: () => Expression): void {
  walk(expr, new Set(), ({ exprKind }) => {
    if (exprKind.case !== "comprehensionExpr" || exprKind.value.loopCondition === undefined) return;
    const asking = step();
    if (asking.exprKind.case !== "callExpr") throw new Error("a conjunction is a call");
    asking.exprKind.value.args[1] = exprKind.value.loopCondition;
    exprKind.value.loopCondition = asking;
  });
}

/** Visits every part of an expression, the outer before the inner, with the variables it may use. Throws a RangeError for an expression that is nested too deeply. */
export function walk(
  at: Expression | undefined,
  scope: ReadonlySet<string>,
  visit: (at: Expression, scope: ReadonlySet<string>) => void,
  depth = 0,
): void {
  if (at === undefined) return;
  if (depth > CEL_DEEPEST) throw new RangeError("nested too deeply");
  visit(at, scope);
  const { exprKind } = at;
  const each = (parts: readonly (Expression | undefined)[], own = scope) => {
    for (const part of parts) walk(part, own, visit, depth + 1);
  };
  if (exprKind.case === "selectExpr") each([exprKind.value.operand]);
  else if (exprKind.case === "callExpr") each([exprKind.value.target, ...exprKind.value.args]);
  else if (exprKind.case === "listExpr") each(exprKind.value.elements);
  else if (exprKind.case === "structExpr") {
    for (const { keyKind, value } of exprKind.value.entries)
      each([keyKind.case === "mapKey" ? keyKind.value : undefined, value]);
  } else if (exprKind.case === "comprehensionExpr") walkLoop(exprKind.value, scope, each);
}

function walkLoop(
  { iterRange, accuInit, loopCondition, loopStep, result, accuVar, iterVar, iterVar2 }: Comprehension,
  scope: ReadonlySet<string>,
  each: (parts: readonly (Expression | undefined)[], own?: ReadonlySet<string>) => void,
): void {
  each([iterRange, accuInit]);
  const inner = new Set(scope).add(accuVar).add(iterVar);
  if (iterVar2 !== "") inner.add(iterVar2);
  each([loopCondition, loopStep], inner);
  each([result], new Set(scope).add(accuVar));
}
