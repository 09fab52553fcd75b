import {
  Action,
  Disposition,
  type Plan,
  type PlanStep,
  StepKind,
} from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { visibleText } from "../../text/visible-text.ts";
import { momentText } from "../moment-text.ts";
import { colored, print } from "../output.ts";
import { secondsText } from "../seconds-option.ts";
import { stepWord } from "../step-word.ts";
import { cut, lineWidth, textWidth, wrapped } from "../wrapped-text.ts";
import { phaseWord } from "./phase-word.ts";
import { actionText } from "./plan-action.ts";
import { groupNodes, type NodeGroup, type SharedChange } from "./plan-groups.ts";

/** How much of a plan is printed. */
export interface PlanPrint {
  /** Everything, however long; else what a person may read of a long plan. */
  readonly all: boolean;
}

/** What a destructive step does. */
export function lossOf(kind: StepKind): string {
  return kind === StepKind.POWER_OFF ? "cuts off what runs" : "destroys data";
}

const MOST_CHANGES = 40;
const MOST_NAME_LINES = 4;

/** Prints a plan for people: what it does to the site, then to nodes, those that have the same before them together, then the whole in numbers. */
export async function printPlan(made: Plan, steps: readonly PlanStep[], how: PlanPrint): Promise<void> {
  const lines: string[] = [];
  for (const step of steps) if (step.kind === StepKind.PREPARE_SITE) lines.push(...siteLines(step, how));
  for (const group of groupNodes(steps)) lines.push(...groupLines(group, how, made.id));
  lines.push(...summaryLines(made));
  await print(lines.map((line) => `${line}\n`).join(""));
}

/** The whole of a plan in a few lines. */
export function summaryLines(made: Plan): string[] {
  const { changeCount, stepCount, destructiveCount, nodeCount, upToDateNodeCount } = made;
  const asked = [
    ...(made.phases.length === 0 ? [] : [`in phase ${made.phases.map(phaseWord).join(" or ")}`]),
    ...(made.filter === "" ? [] : [`where ${visibleText(made.filter)}`]),
  ];
  const of = asked.length === 0 ? "" : `, nodes ${asked.join(" and ")}`;
  const loss = made.action === Action.POWER ? "cut off what runs" : "destroy data";
  const destroys = destructiveCount === 0 ? "none destroys data" : colored(`${destructiveCount} ${loss}`, "red");
  const site = made.skipSite ? ", the site left as it is" : "";
  const time = made.estimatedSeconds === 0 ? "" : `about ${secondsText(made.estimatedSeconds)}; `;
  return [
    `plan ${made.id}: ${actionText(made)} ${made.design} to revision ${made.revision}${of}${site}`,
    `  ${changeCount} of ${stepCount} steps change something, ${destroys}; ${upToDateNodeCount} of ${nodeCount} nodes are up to date`,
    `  ${time}can be applied until ${momentText(made.expiresAt)}`,
  ];
}

function siteLines({ subject, driverInstance, disposition, changes }: PlanStep, how: PlanPrint): string[] {
  const by = driverInstance === "" ? "" : ` (${driverInstance})`;
  if (disposition === Disposition.UP_TO_DATE) return [`site ${subject}${by}: up to date`];
  const count = `${changes.length} ${changes.length === 1 ? "change" : "changes"}`;
  const widest = Math.max(0, ...changes.map(({ action, object }) => action.length + textWidth(visibleText(object))));
  const room = Math.max(30, lineWidth() - widest - 8);
  const rows = changes.map(({ action, object, before, after, destructive }) => [
    action,
    visibleText(object),
    valuesText(before, after, destructive, how, before === "" || after === "" ? room : Math.floor(room / 2)),
  ]);
  return [`site ${subject}${by}: ${count}`, ...tableLines(rows, how, "")];
}

function groupLines({ nodes, steps, reason, changes }: NodeGroup, how: PlanPrint, plan: string): string[] {
  const count = `${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}`;
  const chain = steps.map(({ kind, destructive }) =>
    destructive ? colored(`${stepWord(kind)} (${lossOf(kind)})`, "red") : stepWord(kind),
  );
  const why = reason === "" ? [] : [`  because ${visibleText(reason)}`];
  const rows = changes.map((change) => changeRow(change, nodes, how));
  return [
    `${count}: ${chain.length === 0 ? "up to date" : chain.join(" > ")}`,
    ...names(nodes, how),
    ...why,
    ...tableLines(rows, how, `: bedplate plan show ${plan} --node NAME`),
  ];
}

function names(nodes: readonly string[], { all }: PlanPrint): string[] {
  const lines = wrapped(nodes, "  ");
  if (all || lines.length <= MOST_NAME_LINES) return lines;
  const shown = lines.slice(0, MOST_NAME_LINES);
  const count = shown.join("").split(",").length - 1;
  return [...shown, `  … and ${nodes.length - count} more`];
}

function changeRow(change: SharedChange, nodes: readonly string[], how: PlanPrint): string[] {
  const { kind, action, what, before, after, destructive } = change;
  return [
    stepWord(kind),
    action,
    visibleText(what),
    valuesText(before, after, destructive, how),
    change.nodes.length === nodes.length && nodes.length > 1 ? "" : nodesText(change.nodes),
  ];
}

function nodesText(nodes: readonly string[]): string {
  return nodes.length > 3 ? `${nodes.slice(0, 2).join(", ")} and ${nodes.length - 2} more` : nodes.join(", ");
}

function valuesText(before: string, after: string, destructive: boolean, { all }: PlanPrint, most = 48): string {
  const [was, is] = [before, after].map((value) => (all ? visibleText(value) : cut(visibleText(value), most)));
  const values = before === "" ? is : after === "" ? `was ${was}` : `${was} -> ${is}`;
  return destructive ? `${values} ${colored("(destroys data)", "red")}`.trim() : (values ?? "");
}

function tableLines(rows: readonly (readonly string[])[], { all }: PlanPrint, where: string): string[] {
  const shown = all ? rows : rows.slice(0, MOST_CHANGES);
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => textWidth(row[column] ?? ""))));
  const lines = shown.map((row) =>
    `  ${row.map((text, column) => (column === row.length - 1 ? text : text + " ".repeat((widths[column] ?? 0) - textWidth(text)))).join("  ")}`.trimEnd(),
  );
  const more = rows.length - shown.length;
  return more === 0 ? lines : [...lines, `  … and ${more} more${where}`];
}
