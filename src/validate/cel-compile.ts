import type { CelEnv, CelInput, CelResult, CelValue } from "@bufbuild/cel";
import { CEL_LONGEST_EXPRESSION, CEL_MOST_STEPS } from "./cel-bounds.ts";
import { boundLoops, type CelExpression, type CelFault, findUnknown, positionIn, walk } from "./cel-expression.ts";
import { boundedFunctions, type CelSteps } from "./cel-functions.ts";
import { type CelLibrary, celLibrary } from "./cel-library.ts";
import { textOf } from "./cel-parts.ts";

/** What an expression may use. */
export interface CelScope {
  readonly variables: readonly string[];
  /** The fields that variables may have, by variable; any for those that aren't there. */
  readonly fields?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** The texts that fields may be, by variable and field, such as "status.phase"; any for those that aren't there. */
  readonly words?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** Gives the specification of another item; without it expressions can't look items up. */
  readonly lookup?: (kind: string, name: string) => CelInput;
}

/** What an expression gave: a value, or one line that says why it has none, which may quote values it was given. */
export type CelAnswer =
  | { readonly type: "value"; readonly value: CelValue }
  | { readonly type: "failed"; readonly reason: string };

/** A compiled expression, and its tree. */
export interface CompiledCel {
  readonly expression: CelExpression;
  /** Evaluates it. A variable that isn't bound has no value. Never throws; ends after at most about `CEL_MOST_STEPS` steps, which it counts. */
  evaluate(bindings: Readonly<Record<string, CelInput>>): { readonly answer: CelAnswer; readonly steps: number };
}

/** Compiles an expression of at most `CEL_LONGEST_EXPRESSION` characters. Never throws. */
export function compileExpression(text: string, scope: CelScope): CompiledCel | CelFault {
  if (text.length > CEL_LONGEST_EXPRESSION) return { message: `expected at most ${CEL_LONGEST_EXPRESSION} characters` };
  const cel = celLibrary();
  const state: CelSteps = { steps: 0 };
  const variables = Object.fromEntries(scope.variables.map((name) => [name, cel.CelScalar.DYN]));
  const env = cel.celEnv({ variables, funcs: boundedFunctions(cel, state, STEP, scope.lookup) });
  let evaluate: (bindings: Record<string, CelInput>) => CelResult;
  let expression: CelExpression;
  try {
    const parsed = cel.parse(text);
    const unknown = findUnknown(parsed, text, scope, (name) => env.funcs.find(name) !== undefined);
    if (unknown !== undefined) return unknown;
    const broken = brokenPattern(cel, parsed, text);
    if (broken !== undefined) return broken;
    expression = parsed.expr;
    boundLoops(expression, () => cel.parse(`${STEP}() && true`).expr);
    evaluate = cel.plan(env as CelEnv, parsed);
  } catch (error) {
    return faultOf(error);
  }
  return {
    expression,
    evaluate(bindings) {
      state.steps = 0;
      try {
        const result = evaluate(bindings);
        return { answer: answerOf(result, state.steps), steps: state.steps };
      } catch (error) {
        return { answer: { type: "failed", reason: lineOf(error) }, steps: state.steps };
      }
    },
  };
}

/** A pattern that is none would only leave items without an answer. */
function brokenPattern(cel: CelLibrary, parsed: ReturnType<CelLibrary["parse"]>, text: string): CelFault | undefined {
  let fault: CelFault | undefined;
  walk(parsed.expr, new Set(), ({ exprKind }) => {
    if (exprKind.case !== "callExpr" || exprKind.value.function !== "matches") return;
    const [argument] = exprKind.value.args;
    const pattern = argument && textOf(argument);
    if (argument === undefined || pattern === undefined) return;
    const found = cel.celEnv().funcs.find("matches")?.call(0, "", [pattern]);
    if (!cel.isCelError(found)) return;
    const place = positionIn(text, parsed.sourceInfo?.positions[String(argument.id)] ?? 0);
    fault ??= { message: `${JSON.stringify(pattern)} is no pattern: ${lineOf(found)}`, ...place };
  });
  return fault;
}

/** The name of the function that every turn of a loop asks; not one that can be written. */
const STEP = "bedplate_step";

function answerOf(result: CelResult, steps: number): CelAnswer {
  if (steps > CEL_MOST_STEPS) return { type: "failed", reason: `it takes more than ${CEL_MOST_STEPS} steps` };
  if (celLibrary().isCelError(result)) return { type: "failed", reason: lineOf(result) };
  return { type: "value", value: result };
}

function faultOf(error: unknown): CelFault {
  const { rawMessage, location } = error as {
    readonly rawMessage?: string;
    readonly location?: { readonly start: { readonly line: number; readonly column: number } };
  };
  const message = error instanceof RangeError ? "it is nested too deeply" : (rawMessage ?? lineOf(error));
  return { message: firstLine(message), ...location?.start };
}

function lineOf(error: unknown): string {
  if (error instanceof RangeError) return "it is nested too deeply";
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 512);
}
