import { createRequire } from "node:module";
import type { CelEnv, CelInput, CelResult } from "@bufbuild/cel";
import { CEL_LONGEST_EXPRESSION, CEL_LONGEST_LIST, CEL_LONGEST_TEXT, CEL_MOST_STEPS } from "./cel-bounds.ts";
import { boundLoops, type CelFault, findUnknown } from "./cel-expression.ts";

/** What a program is run on. */
export interface CelSubject {
  readonly kind: string;
  readonly name: string;
  /** The specification, from `celValue`. */
  readonly spec: CelInput;
  /** The specification of another item, from `celValue`; null when there is none. */
  lookup(kind: string, name: string): CelInput;
}

/** What a program said of a subject. A reason is one line and may quote the subject's values. */
export type CelOutcome =
  | { readonly type: "answered"; readonly holds: boolean }
  | { readonly type: "no-answer"; readonly found: string }
  | { readonly type: "failed"; readonly reason: string };

/** A compiled expression. */
export interface CelProgram {
  /** Evaluates it. Never throws; ends after at most `CEL_MOST_STEPS` turns of its loops. */
  run(subject: CelSubject): { readonly outcome: CelOutcome; readonly steps: number };
}

type Library = typeof import("@bufbuild/cel");

let loaded: Library | undefined;

/** The library takes a tenth of a second to load, and few designs have expressions. */
function library(): Library {
  loaded ??= createRequire(import.meta.url)("@bufbuild/cel") as Library;
  return loaded;
}

/** Compiles an expression; `fields` are those that `spec` may have. Never throws. */
export function compileCel(text: string, fields: ReadonlySet<string> | undefined): CelProgram | CelFault {
  if (text.length > CEL_LONGEST_EXPRESSION) return { message: `expected at most ${CEL_LONGEST_EXPRESSION} characters` };
  const cel = library();
  const state: RunState = { steps: 0, lookup: () => null };
  const env = environment(cel, state);
  let evaluate: (bindings: Record<string, CelInput>) => CelResult;
  try {
    const parsed = cel.parse(text);
    const unknown = findUnknown(parsed, text, (name) => env.funcs.find(name) !== undefined, fields);
    if (unknown !== undefined) return unknown;
    boundLoops(parsed.expr, () => cel.parse(`${STEP}() && true`).expr);
    evaluate = cel.plan(env as CelEnv, parsed);
  } catch (error) {
    return faultOf(error);
  }
  return {
    run({ kind, name, spec, lookup }) {
      state.steps = 0;
      state.lookup = lookup;
      try {
        const result = evaluate({ kind, name, spec });
        return { outcome: outcomeOf(cel, result, state.steps), steps: state.steps };
      } catch (error) {
        return { outcome: { type: "failed", reason: lineOf(error) }, steps: state.steps };
      }
    },
  };
}

/** The name of the function that every turn of a loop asks; not one that can be written. */
const STEP = "bedplate_step";

interface RunState {
  steps: number;
  lookup: CelSubject["lookup"];
}

function environment(cel: Library, state: RunState) {
  const { celFunc, CelScalar, listType } = cel;
  const anyList = listType(CelScalar.DYN);
  return cel.celEnv({
    variables: { kind: CelScalar.STRING, name: CelScalar.STRING, spec: CelScalar.DYN },
    funcs: [
      celFunc("lookup", [CelScalar.STRING, CelScalar.STRING], CelScalar.DYN, (kind, name) => state.lookup(kind, name)),
      celFunc(STEP, [], CelScalar.BOOL, () => ++state.steps <= CEL_MOST_STEPS),
      // In place of the library's own, which let a short expression make a text or list of any size.
      celFunc("_+_", [CelScalar.STRING, CelScalar.STRING], CelScalar.STRING, (a, b) => {
        if (a.length + b.length > CEL_LONGEST_TEXT)
          throw new Error(`a text of more than ${CEL_LONGEST_TEXT} characters`);
        return a + b;
      }),
      celFunc("_+_", [CelScalar.BYTES, CelScalar.BYTES], CelScalar.BYTES, (a, b) => {
        if (a.length + b.length > CEL_LONGEST_TEXT) throw new Error(`more than ${CEL_LONGEST_TEXT} bytes`);
        const sum = new Uint8Array(a.length + b.length);
        sum.set(a);
        sum.set(b, a.length);
        return sum;
      }),
      celFunc("_+_", [anyList, anyList], anyList, (a, b) => {
        if (a.size + b.size > CEL_LONGEST_LIST) throw new Error(`a list of more than ${CEL_LONGEST_LIST} members`);
        return cel.celList([...a, ...b]);
      }),
    ],
  });
}

function outcomeOf(cel: Library, result: CelResult, steps: number): CelOutcome {
  if (steps > CEL_MOST_STEPS) return { type: "failed", reason: `its loops take more than ${CEL_MOST_STEPS} turns` };
  if (cel.isCelError(result)) return { type: "failed", reason: lineOf(result) };
  if (typeof result === "boolean") return { type: "answered", holds: result };
  return { type: "no-answer", found: String(cel.celType(result)) };
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
