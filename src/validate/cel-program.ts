import type { CelInput } from "@bufbuild/cel";
import { compileExpression } from "./cel-compile.ts";
import type { CelFault } from "./cel-expression.ts";
import { celLibrary } from "./cel-library.ts";

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

/** A compiled expression about an item. */
export interface CelProgram {
  /** Evaluates it. Never throws; ends after at most about `CEL_MOST_STEPS` steps. */
  run(subject: CelSubject): { readonly outcome: CelOutcome; readonly steps: number };
}

/** Compiles an expression about `kind`, `name`, `spec` and `lookup`; `fields` are those that `spec` may have. Never throws. */
export function compileCel(text: string, fields: ReadonlySet<string> | undefined): CelProgram | CelFault {
  let lookup: CelSubject["lookup"] = () => null;
  const compiled = compileExpression(text, {
    variables: ["kind", "name", "spec"],
    fields: fields && new Map([["spec", fields]]),
    lookup: (kind, name) => lookup(kind, name),
  });
  if (!("evaluate" in compiled)) return compiled;
  return {
    run(subject) {
      const { kind, name, spec } = subject;
      lookup = subject.lookup;
      const { answer, steps } = compiled.evaluate({ kind, name, spec });
      if (answer.type === "failed") return { outcome: answer, steps };
      const { value } = answer;
      if (typeof value === "boolean") return { outcome: { type: "answered", holds: value }, steps };
      return { outcome: { type: "no-answer", found: String(celLibrary().celType(value)) }, steps };
    },
  };
}
