import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { effectiveItem } from "../../db/schema.ts";
import type { Tree } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";
import { celJson } from "../../validate/cel-values.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { type QueryBudget, queryBudget } from "../query/budget.ts";
import { bindingsOf, type Candidate } from "../query/candidate.ts";
import {
  charge,
  compileItemExpression,
  compileItemFilter,
  ITEM_VARIABLES,
  type ItemExpression,
  specFields,
} from "../query/item-expression.ts";
import { compareOrderValues, orderValue } from "../query/order-value.ts";
import { needsOf, scanItems } from "../query/scan.ts";
import { designKinds } from "../store/design-kinds.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { unknownKind } from "../store/item-names.ts";

const MOST_GROUPS = 10_000;
const MOST_CHARACTERS_OF_VALUES = 3 * 1024 * 1024;
const MOST_CHARACTERS_OF_VALUE = 1024;
const NO_VALUE = "null";

/** The RPC that counts effective items. */
export function createCountHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "countItems"> {
  return {
    async countItems(request, { signal }) {
      const { kind } = request;
      const head = await readDesign(db, request.design);
      const number = await revisionAt(db, head, request);
      const unknown = await unknownKind(db, head, number, kind);
      if (unknown !== undefined) throw unknown;
      if (request.filter.trim() === "" && request.groupBy.length === 0) {
        const total = await db.$count(
          effectiveItem,
          and(
            eq(effectiveItem.design, head.name),
            asOf(effectiveItem, number),
            kind === "" ? undefined : eq(effectiveItem.kind, kind),
          ),
        );
        const count = BigInt(total);
        return { counts: count === 0n ? [] : [{ values: [], count }], total: count, revision: number };
      }
      const kinds = await designKinds(db, head, number);
      const fields = specFields(kind, kinds);
      const filter = compileItemFilter(request.filter, ITEM_VARIABLES, fields);
      const groupBy = request.groupBy.map((text, index) =>
        compileItemExpression(text, ITEM_VARIABLES, fields, `group_by[${index}]`),
      );
      const expressions = filter.expression === undefined ? groupBy : [filter.expression, ...groupBy];
      const needs = needsOf(expressions.map(({ uses }) => uses));
      const budget = queryBudget(signal);
      const groups = createGroups();
      for await (const batch of scanItems(db, {
        ...{ design: head.name, revision: number, kinds, kind, narrowing: filter.narrowing, needs },
        withState: number === head.revision && needs.state,
      })) {
        for (const candidate of batch) {
          await budget.breathe();
          if (filter.meets(candidate, budget)) groups.add(groupBy.map((each) => valueFor(each, candidate, budget)));
        }
      }
      return { ...groups.answer(), revision: number };
    },
  };
}

function valueFor(expression: ItemExpression, candidate: Candidate, budget: QueryBudget): string {
  const { answer, steps } = expression.evaluate(bindingsOf(candidate, expression.uses));
  charge(budget, expression, steps);
  if (answer.type === "failed") return NO_VALUE;
  const text = celJson(answer.value, MOST_CHARACTERS_OF_VALUE);
  if (text !== undefined) return text;
  throw tooMuch(`a value to group by has more than ${MOST_CHARACTERS_OF_VALUE} characters`);
}

/** Counts combinations of values. */
function createGroups() {
  const groups = new Map<string, { readonly values: readonly string[]; count: number }>();
  let total = 0;
  let characters = 0;
  return {
    add(values: readonly string[]): void {
      total++;
      const key = values.join("\n");
      const group = groups.get(key);
      if (group !== undefined) {
        group.count++;
        return;
      }
      characters += key.length;
      if (groups.size === MOST_GROUPS) throw tooMuch(`there are more than ${MOST_GROUPS} groups`);
      if (characters > MOST_CHARACTERS_OF_VALUES) throw tooMuch("the values to group by are more than 3 MiB");
      groups.set(key, { values, count: 1 });
    },
    answer() {
      const sorted = [...groups.values()].sort((one, other) => other.count - one.count || compareValues(one, other));
      return {
        counts: sorted.map(({ values, count }) => ({ values: [...values], count: BigInt(count) })),
        total: BigInt(total),
      };
    },
  };
}

function compareValues(one: { readonly values: readonly string[] }, other: { readonly values: readonly string[] }) {
  for (const [index, value] of one.values.entries()) {
    const by = compareOrderValues(plain(value), plain(other.values[index] ?? NO_VALUE), false);
    if (by !== 0) return by;
  }
  return 0;
}

function plain(json: string) {
  return orderValue(JSON.parse(json) as Tree);
}

function tooMuch(message: string) {
  return failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, {
    fieldPath: "group_by",
    hint: "group by something that fewer items differ in, or filter",
  });
}
