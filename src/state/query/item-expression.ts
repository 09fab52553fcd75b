import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { KindSchema } from "../../design/kind-schema.ts";
import { failure } from "../../mesh/failure.ts";
import { CEL_MOST_STEPS } from "../../validate/cel-bounds.ts";
import { type CompiledCel, compileExpression } from "../../validate/cel-compile.ts";
import type { CelExpression } from "../../validate/cel-expression.ts";
import { type Narrowing, narrowingOf } from "../../validate/cel-narrowing.ts";
import { type CelUses, celUses } from "../../validate/cel-uses.ts";
import { HARDWARE_VERDICTS, NODE_PHASES } from "../messages/node-status.ts";
import type { QueryBudget } from "./budget.ts";
import { bindingsOf, type Candidate } from "./candidate.ts";
import { NODE_STATE_FIELDS } from "./node-state.ts";

/** What expressions about effective items may use. */
export const ITEM_VARIABLES = ["kind", "name", "spec", "labels", "rack", "tags", "status", "design_changed"] as const;

/** What expressions about declarations may use. */
export const RAW_VARIABLES = ["kind", "name", "layer", "spec", "labels", "rack", "tags"] as const;

const stateFields: ReadonlySet<string> = new Set(NODE_STATE_FIELDS);
const stateWords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["status.phase", new Set(NODE_PHASES)],
  ["status.hardware_verdict", new Set(HARDWARE_VERDICTS)],
]);

/** An expression about items, compiled once for a call. */
export interface ItemExpression extends CompiledCel {
  readonly text: string;
  readonly uses: CelUses;
}

/** A filter: whether items meet it, and how a database can narrow the choice. Without an expression every item does. */
export interface ItemFilter {
  readonly expression: ItemExpression | undefined;
  readonly narrowing: Narrowing;
  meets(candidate: Candidate, budget: QueryBudget): boolean;
}

/**
 * Compiles an expression about items. `fieldPath` is the request's field it comes from, `fields` are those of `spec`. Throws INVALID_ARGUMENT, with the place in
 * the expression.
 */
export function compileItemExpression(
  text: string,
  variables: readonly string[],
  fields: ReadonlySet<string> | undefined,
  fieldPath: string,
): ItemExpression {
  const known = new Map([["status", stateFields], ...(fields === undefined ? [] : [["spec", fields] as const])]);
  const compiled = compileExpression(text, { variables, fields: known, words: stateWords });
  if ("evaluate" in compiled) return { ...compiled, text, uses: celUses(compiled.expression) };
  const { message, line = 0, column = 0 } = compiled;
  const place = line === 0 ? "" : ` at line ${line}, column ${column}`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${fieldPath} can't be read${place}: ${message}`, {
    fieldPath,
    location: { uri: fieldPath, line, column },
    hint: `write CEL, such as rack == "r02" && has(spec.platform); it knows ${variables.join(", ")}`,
  });
}

/** Compiles a filter; empty text lets every item pass. Throws as `compileItemExpression`, also for what is never true or false. */
export function compileItemFilter(
  text: string,
  variables: readonly string[],
  fields: ReadonlySet<string> | undefined,
): ItemFilter {
  if (text.trim() === "") return { expression: undefined, narrowing: { type: "all" }, meets: () => true };
  const expression = compileItemExpression(text, variables, fields, "filter");
  if (neverAnswers(expression.expression)) {
    throw failure(
      Code.InvalidArgument,
      ErrorReason.INVALID_FIELD,
      "filter is a value, expected what is true or false",
      {
        fieldPath: "filter",
        location: { uri: "filter", line: 1, column: 1 },
        hint: 'compare it with something, such as name == "n01"',
      },
    );
  }
  return {
    expression,
    narrowing: narrowingOf(expression.expression),
    meets(candidate, budget) {
      const { answer, steps } = expression.evaluate(bindingsOf(candidate, expression.uses));
      charge(budget, expression, steps);
      return answer.type === "value" && answer.value === true;
    },
  };
}

/**
 * Counts one evaluation: its steps, and something for its length. Throws RESOURCE_EXHAUSTED past the bound of the call, and for an evaluation that was given up:
 * an item left out because looking at it takes long would be a wrong answer.
 */
export function charge(budget: QueryBudget, { text }: ItemExpression, steps: number): void {
  budget.spend(1 + Math.floor(text.length / 64) + steps);
  if (steps <= CEL_MOST_STEPS) return;
  const message = `an expression takes more than ${CEL_MOST_STEPS} steps for one item`;
  const hint = "nest fewer loops, or compare smaller values";
  throw failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, { fieldPath: "filter", hint });
}

/** The fields that `spec` has in any of the kinds a call is about; undefined when one of them may have any. */
export function specFields(kind: string, kinds: ReadonlyMap<string, KindSchema>): ReadonlySet<string> | undefined {
  const schemas = kind === "" ? [...kinds.values()] : [kinds.get(kind)].filter((each) => each !== undefined);
  if (schemas.length === 0 || schemas.some(({ message }) => message.fields.size === 0)) return undefined;
  return new Set(schemas.flatMap(({ message }) => [...message.fields.keys()]));
}

const VALUES: readonly string[] = ["kind", "name", "layer", "spec", "labels", "rack", "tags", "status"];

function neverAnswers({ exprKind }: CelExpression): boolean {
  if (exprKind.case === "listExpr" || exprKind.case === "structExpr") return true;
  if (exprKind.case === "identExpr") return VALUES.includes(exprKind.value.name);
  return exprKind.case === "constExpr" && exprKind.value.constantKind.case !== "boolValue";
}
