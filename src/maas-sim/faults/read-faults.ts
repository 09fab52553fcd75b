import { createProblems, type ObjectReader, type Problems, readObject } from "../world/object-reader.ts";
import { type Fault, type FaultRule, NAMED_ANSWERS } from "./fault-rule.ts";

/** A fault script that cannot be used; `problems` has one located line for each mistake. */
export class FaultScriptError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "FaultScriptError";
    this.problems = problems;
  }
}

/** The most rules of one script. */
export const MAX_RULES = 1000;
const METHODS = ["any", "GET", "POST", "PUT", "DELETE", "write"] as const;
const MAX_MS = 600_000;
const FAULTS = ["answer", "delay_ms", "cut", "restart_ms", "lose_machine"];

/** Reads the text of a fault script. Throws a `FaultScriptError` that lists every mistake. */
export function parseFaults(source: string): FaultRule[] {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new FaultScriptError([`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  return readFaults(value);
}

/** Checks a parsed fault script and fills in its defaults. Throws a `FaultScriptError` that lists every mistake. */
export function readFaults(value: unknown): FaultRule[] {
  if (!Array.isArray(value)) throw new FaultScriptError(["the script must be a list of rules"]);
  if (value.length > MAX_RULES) throw new FaultScriptError([`the script has more than ${MAX_RULES} rules`]);
  const problems = createProblems();
  const rules = value.map((entry, index) => readRule(readObject(entry, `rule[${index + 1}]`, problems), problems));
  if (problems.lines.length > 0) throw new FaultScriptError(problems.lines);
  return rules;
}

function readRule(reader: ObjectReader, problems: Problems): FaultRule {
  const method = reader.choice("method", METHODS, "any");
  const path = reader.optionalText("path");
  const op = reader.raw("op");
  if (op !== undefined && typeof op !== "string") problems.add(`${reader.path}.op`, "must be a text");
  const rule: FaultRule = {
    ...(method !== "any" && { method }),
    ...(path !== undefined && { path }),
    ...(typeof op === "string" && { op }),
    nth: reader.number("nth", { min: 1, max: 1e9, fallback: 1 }),
    count: reader.number("count", { min: 0, max: 1e9, fallback: 1 }),
    fault: readFault(reader, problems),
  };
  reader.end();
  return rule;
}

function readFault(reader: ObjectReader, problems: Problems): Fault {
  const named = FAULTS.filter((name) => reader.raw(name) !== undefined);
  if (named.length !== 1) problems.add(reader.path, `must have exactly one of ${FAULTS.join(", ")}`);
  switch (named[0]) {
    case "delay_ms":
      return { kind: "delay", ms: reader.number("delay_ms", { min: 0, max: MAX_MS }) };
    case "cut":
      return { kind: "cut", when: reader.choice("cut", ["before", "after"], "before") };
    case "restart_ms":
      return { kind: "restart", ms: reader.number("restart_ms", { min: 0, max: MAX_MS }) };
    case "lose_machine":
      return { kind: "lose", machine: reader.text("lose_machine") };
    default:
      return readAnswer(reader, problems);
  }
}

function readAnswer(reader: ObjectReader, problems: Problems): Fault {
  const name = reader.raw("answer");
  const known = typeof name === "string" ? NAMED_ANSWERS[name] : undefined;
  if (known !== undefined) return { kind: "answer", answer: known };
  if (typeof name === "string") {
    const names = Object.keys(NAMED_ANSWERS).join(", ");
    problems.add(`${reader.path}.answer`, `is no known answer; use one of ${names}, or an object`);
    return { kind: "delay", ms: 0 };
  }
  const answer = reader.object("answer");
  const read = {
    status: answer.number("status", { min: 200, max: 599 }),
    contentType: answer.text("content_type", { fallback: "text/plain; charset=utf-8" }),
    body: answer.text("body", { fallback: " " }).trimEnd(),
  };
  const retryAfter = answer.number("retry_after", { min: 0, max: 86_400, fallback: 0 });
  answer.end();
  return { kind: "answer", answer: { ...read, ...(retryAfter > 0 && { retryAfter }) } };
}
