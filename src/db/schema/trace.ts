import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { bedplate, plainText } from "./namespace.ts";

/**
 * What evaluating each item of a design's head looked at, so that the next commit finds what depends on what it touches. `inputs` made the effective item,
 * `ancestors` are the items it inherits from, nearest first, `looks` is what rules and checks looked at beside them: keys ("Kind/name") and pseudo-inputs, told by their small letter.
 * `whole` says whether everything its authors wrote of it could be read.
 */
export const itemTrace = bedplate.table(
  "item_trace",
  {
    design: plainText("design").notNull(),
    kind: plainText("kind").notNull(),
    name: plainText("name").notNull(),
    inputs: text("inputs").array().notNull(),
    ancestors: text("ancestors").array().notNull(),
    looks: text("looks").array().notNull(),
    whole: boolean("whole").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.kind, table.name] }),
    index("item_trace_inputs").using("gin", table.inputs).with({ fastupdate: false }),
    index("item_trace_partial").on(table.design).where(sql`not ${table.whole}`),
    index("item_trace_looks").using("gin", table.looks).with({ fastupdate: false }),
  ],
);

/**
 * What items of a design's head say to group rules, each under the key it speaks of; `ordinal` keeps what one item says in order. `key_id` is the key, or for one
 * too long for an index its digest, with the key itself in `long_key`.
 */
export const fact = bedplate.table(
  "fact",
  {
    design: plainText("design").notNull(),
    rule: plainText("rule").notNull(),
    keyId: plainText("key_id").notNull(),
    longKey: text("long_key"),
    kind: plainText("kind").notNull(),
    name: plainText("name").notNull(),
    ordinal: integer("ordinal").notNull(),
    field: text("field").notNull(),
    role: text("role"),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.rule, table.keyId, table.kind, table.name, table.ordinal] }),
    index("fact_item").on(table.design, table.kind, table.name),
  ],
);

/** What the check of a key of a group rule looked at, where it found something or looked at anything beside its facts. */
export const groupTrace = bedplate.table(
  "group_trace",
  {
    design: plainText("design").notNull(),
    rule: plainText("rule").notNull(),
    keyId: plainText("key_id").notNull(),
    looks: text("looks").array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.rule, table.keyId] }),
    index("group_trace_looks").using("gin", table.looks).with({ fastupdate: false }),
  ],
);

/**
 * Every single finding about a design's head, by the unit whose evaluation made it: an item ("item Kind/name"), a key of a group rule ("group rule key") or the
 * design. Findings with one `merge_key` are told as one diagnostic, about the first of their subjects.
 */
export const finding = bedplate.table(
  "finding",
  {
    design: plainText("design").notNull(),
    unit: plainText("unit").notNull(),
    ordinal: integer("ordinal").notNull(),
    mergeKey: text("merge_key").notNull(),
    subject: plainText("subject").notNull(),
    rule: text("rule").notNull(),
    body: jsonb("body").$type<Diagnostic>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.unit, table.ordinal] }),
    index("finding_merge_key").on(table.design, table.mergeKey),
    index("finding_rule").on(table.design, table.rule),
  ],
);

/**
 * Whether the traces of a design's head are good for evaluating a change by what it touches alone. `revision` is the head they belong to; where `plain` is
 * false something in the design is seen only over the whole of it. `rule_steps` bounds the work its own rules have taken since the last whole evaluation.
 */
export const evaluationState = bedplate.table("evaluation_state", {
  design: plainText("design").primaryKey(),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  resolverVersion: text("resolver_version").notNull(),
  plain: boolean("plain").notNull(),
  reason: text("reason").notNull(),
  ruleSteps: bigint("rule_steps", { mode: "bigint" }).notNull().default(sql`0`),
});
