import type { parse } from "@bufbuild/cel";
import { suggest } from "../text/suggest.ts";
import { CEL_DEEPEST } from "./cel-bounds.ts";
import { partOf, textOf } from "./cel-parts.ts";

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
  /** The fields that variables may have, by variable. */
  readonly fields?: Fields | undefined;
  /** The texts that fields may be, by variable and field, such as "status.phase". */
  readonly words?: Fields | undefined;
  readonly lookup?: unknown;
}

type Fields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The first name of an expression that nothing stands for: a variable, a function, a field of a variable, or a word that a field never is. The language itself
 * would tell only where the expression comes by it, or nothing.
 */
export function findUnknown(
  { expr, sourceInfo }: Parsed,
  text: string,
  { variables, fields, words, lookup }: Names,
  isFunction: (name: string) => boolean,
): CelFault | undefined {
  const faults: { readonly message: string; readonly offset: number }[] = [];
  const report = (at: Expression, message: string, name: string, known: Iterable<string>) => {
    const all = [...known];
    const near = all.find((each) => name.endsWith(`_${each}`)) ?? suggest(name, all);
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
      for (const { at: place, field, word, known } of strangeWords(at, words))
        report(place, `${field} is never ${JSON.stringify(word)}`, word, known);
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
    } else if (exprKind.case === "selectExpr") {
      const { operand, field } = exprKind.value;
      const variable = operand?.exprKind.case === "identExpr" ? operand.exprKind.value.name : "";
      const known = fields?.get(variable);
      if (known !== undefined && !known.has(field)) report(at, `${variable} has no field ${field}`, field, known);
    }
  });
  const [first] = faults.sort((a, b) => a.offset - b.offset);
  return first && { message: first.message, ...positionIn(text, first.offset) };
}

/** Texts that a field is compared with, or looked for in a list, and never is. */
function* strangeWords({ exprKind }: Expression, words: Fields | undefined) {
  if (exprKind.case !== "callExpr" || words === undefined) return;
  const { function: called, args } = exprKind.value;
  const [one, other] = args;
  if (one === undefined || other === undefined) return;
  const list = called === "@in" && other.exprKind.case === "listExpr" ? other.exprKind.value.elements : [];
  const isComparison = called === "_==_" || called === "_!=_";
  const pairs: [Expression, Expression][] = list.map((element) => [one, element]);
  if (isComparison) pairs.push([one, other], [other, one]);
  for (const [left, at] of pairs) {
    const [operand, name] = partOf(left) ?? [];
    const variable = operand?.exprKind.case === "identExpr" ? operand.exprKind.value.name : "";
    const field = `${variable}.${name}`;
    const known = words.get(field);
    const word = textOf(at);
    if (known !== undefined && word !== undefined && !known.has(word)) yield { at, field, word, known };
  }
}

const MACROS = ["all", "exists", "exists_one", "filter", "has", "map"];
const FUNCTIONS = [
  ...MACROS,
  ...["bool", "bytes", "contains", "double", "dyn", "duration", "endsWith", "int", "matches", "size"],
  ...["startsWith", "string", "timestamp", "type", "uint"],
];

/** The line and column, from 1, of a place in an expression. */
export function positionIn(text: string, offset: number): { readonly line: number; readonly column: number } {
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
