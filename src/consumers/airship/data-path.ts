import { quoteText } from "../../yaml/quote-text.ts";

/** One step into data: a key of a mapping, a member of a list (negative from the end), or every member of either. */
export type PathStep =
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "all" };

/** A path into the data of a document; no step is the data itself. `message` says what is wrong with one that is none. */
export type DataPath =
  | { readonly steps: readonly PathStep[]; readonly message?: undefined }
  | { readonly steps?: undefined; readonly message: string };

const LONGEST_PATH = 2048;
const MOST_STEPS = 64;

const bareKey = /[A-Za-z_@][A-Za-z0-9_@-]*/y;
const quotedKey = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const index = /\[\s*(-?[0-9]{1,9})\s*\]/y;
const allMembers = /\[\s*\*\s*\]/y;
const keyInBrackets = /\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/y;

/**
 * Reads a path such as `.a.b[0]`, `$.a`, `a.b`, `.'key.with/marks'`, `.l[*]`, `.l[-1]` or `.`, the part of JSONPath that documents use. At most 2048
 * characters and 64 steps; list members up to 9999, so that a slip makes no list of millions.
 */
export function parseDataPath(text: string): DataPath {
  if (text.length > LONGEST_PATH) return { message: `found a path of more than ${LONGEST_PATH} characters` };
  if (text === "") return { message: 'found an empty path, expected one such as ".a.b", or "." for all of it' };
  if (text === "." || text === "$") return { steps: [] };
  const steps: PathStep[] = [];
  let at = text.startsWith("$") ? 1 : 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const wrong = (expected: string): DataPath => ({
    message: `found the path ${quoteText(text)}, expected ${expected} at character ${at + 1}`,
  });
  while (at < text.length) {
    if (steps.length === MOST_STEPS) return { message: `found a path of more than ${MOST_STEPS} steps` };
    const step = text[at] === "[" ? bracketStep(take) : keyStep(text, at, steps.length > 0 || text.startsWith("$"));
    if (step === undefined) return wrong("[number], [*] or a key in quotes and brackets");
    if (step === "no-dot") return wrong('"." or "["');
    if (step === "dot" || step === "start") {
      if (step === "dot") at++;
      const key = nameStep(take, text, at);
      if (key === undefined)
        return wrong("a key, in quotes unless it has letters, digits, _ and - only and begins with a letter");
      if (key.type === "all") at++;
      steps.push(key);
    } else steps.push(step);
  }
  return steps.some((step) => step.type === "index" && Math.abs(step.index) > 9999)
    ? { message: `found the path ${quoteText(text)}, expected members of lists up to 9999` }
    : { steps };
}

type Take = (pattern: RegExp) => RegExpExecArray | null;

function keyStep(text: string, at: number, begun: boolean): "dot" | "start" | "no-dot" {
  if (text[at] === ".") return "dot";
  return begun ? "no-dot" : "start";
}

function bracketStep(take: Take): PathStep | undefined {
  const number = take(index);
  if (number !== null) return { type: "index", index: Number(number[1]) };
  if (take(allMembers) !== null) return { type: "all" };
  const key = take(keyInBrackets);
  return key === null ? undefined : { type: "key", key: unescaped(key[1] ?? key[2] ?? "") };
}

function nameStep(take: Take, text: string, at: number): PathStep | undefined {
  if (text[at] === "*") return { type: "all" };
  const bare = take(bareKey);
  if (bare !== null) return { type: "key", key: bare[0] };
  const quoted = take(quotedKey);
  return quoted === null ? undefined : { type: "key", key: unescaped(quoted[1] ?? quoted[2] ?? "") };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

/** A path as it is written best. */
export function showPath(steps: readonly PathStep[]): string {
  if (steps.length === 0) return ".";
  return steps.map(showStep).join("");
}

function showStep(step: PathStep): string {
  if (step.type === "all") return "[*]";
  if (step.type === "index") return `[${step.index}]`;
  return /^[A-Za-z_@][A-Za-z0-9_@-]*$/.test(step.key)
    ? `.${step.key}`
    : `.${quoteText(step.key.replace(/['\\]/g, "\\$&"))}`;
}
