/** A pattern that a text is searched for, in time that grows with the text's length only. */
export interface LinearPattern {
  readonly source: string;
  /** Whether the text holds it. `spend` is told the steps that takes, character by character; what it throws ends the search. */
  test(text: string, spend?: (steps: number) => void): boolean;
}

/** Thrown for a pattern that is none, or that can't be searched for in bounded time. The message is one line, without the pattern. */
export class PatternError extends Error {
  override name = "PatternError";
}

const LONGEST_PATTERN = 4096;
const MOST_STEPS = 5000;
const DEEPEST_GROUP = 100;

/** One step of a pattern's program; `next` and `other` are places in it. */
type Step =
  | { readonly type: "one"; readonly fits: (char: string) => boolean }
  | { readonly type: "fork"; next: number; other: number }
  | { readonly type: "go"; next: number }
  | { readonly type: "start" | "end" | "edge" | "inside" | "found" };

/** A part of a pattern as it is written. */
type Part =
  | { readonly type: "step"; readonly step: Exclude<Step, { type: "fork" | "go" }> }
  | { readonly type: "row"; readonly parts: readonly Part[] }
  | { readonly type: "choice"; readonly parts: readonly Part[] }
  | { readonly type: "repeat"; readonly part: Part; readonly least: number; readonly most: number };

/**
 * Reads a regular expression of JavaScript (with flag `u`) and gives a matcher that follows all its ways at once, so that no pattern takes longer than its size
 * times the text's. What that can't do, looking around and back references, throws `PatternError`, as do patterns of more than 4096 characters or that
 * repeat so often that they have more than 5000 steps.
 */
export function linearPattern(source: string): LinearPattern {
  if (source.length > LONGEST_PATTERN) throw new PatternError(`longer than ${LONGEST_PATTERN} characters`);
  try {
    new RegExp(source, "u");
  } catch (error) {
    const [, reason = "no regular expression"] = /:\s*([^:]*)$/.exec(error instanceof Error ? error.message : "") ?? [];
    throw new PatternError(reason.toLowerCase());
  }
  const program = programOf(parse(source));
  return { source, test: (text, spend) => search(program, text, spend) };
}

const ATOM =
  /\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})?|x[0-9A-Fa-f]{2}|c[A-Za-z]|.)|./suy;
const REPETITION = /(?:([*+?])|\{([0-9]+)(,?)([0-9]*)\})\??/y;

function parse(source: string): Part {
  let at = 0;
  let depth = 0;
  const atoms = new Map<string, (char: string) => boolean>();
  const result = choice();
  if (at < source.length) throw new PatternError("unmatched ')'");
  return result;

  function choice(): Part {
    if (++depth > DEEPEST_GROUP) throw new PatternError(`groups nested more than ${DEEPEST_GROUP} deep`);
    const parts = [row()];
    while (source[at] === "|") {
      at++;
      parts.push(row());
    }
    depth--;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "choice", parts };
  }

  function row(): Part {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated(single()));
    return { type: "row", parts };
  }

  function single(): Part {
    if (source[at] !== "(") return atom();
    const [opening = ""] = /^\((?:\?(?::|<[A-Za-z_$][\w$]*>|.{1,2}))?/u.exec(source.slice(at)) ?? [];
    if (opening.startsWith("(?") && !/^\(\?(?::|<[^=!])/.test(opening)) {
      throw new PatternError(`${opening} looks around or changes flags, which is not supported`);
    }
    at += opening.length;
    const inner = choice();
    at++;
    return inner;
  }

  function atom(): Part {
    ATOM.lastIndex = at;
    const text = ATOM.exec(source)?.[0] ?? "";
    at += text.length;
    if (text === "^") return { type: "step", step: { type: "start" } };
    if (text === "$") return { type: "step", step: { type: "end" } };
    if (text === "\\b") return { type: "step", step: { type: "edge" } };
    if (text === "\\B") return { type: "step", step: { type: "inside" } };
    if (/^\\[1-9k]/.test(text)) throw new PatternError("back references are not supported");
    let fits = atoms.get(text);
    if (fits === undefined) {
      fits = fitter(text);
      atoms.set(text, fits);
    }
    return { type: "step", step: { type: "one", fits } };
  }

  function repeated(part: Part): Part {
    REPETITION.lastIndex = at;
    const [text, sign, from, comma, to] = REPETITION.exec(source) ?? [];
    if (text === undefined) return part;
    at += text.length;
    if (sign !== undefined) {
      return { type: "repeat", part, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
    }
    const least = Number(from);
    const most = comma === "" ? least : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    return { type: "repeat", part, least, most };
  }
}

/** Whether one character is what an atom stands for; remembers what it was asked about ASCII. */
function fitter(atom: string): (char: string) => boolean {
  const whole = new RegExp(`^${atom}$`, "u");
  const known: (boolean | undefined)[] = [];
  return (char) => {
    const code = char.charCodeAt(0);
    if (code > 127) return whole.test(char);
    const before = known[code];
    if (before !== undefined) return before;
    const fits = whole.test(char);
    known[code] = fits;
    return fits;
  };
}

function programOf(part: Part): readonly Step[] {
  const steps: Step[] = [];
  const push = (step: Step): number => {
    if (steps.length >= MOST_STEPS) throw new PatternError(`repeats too often: more than ${MOST_STEPS} steps`);
    return steps.push(step) - 1;
  };
  const fork = (): Extract<Step, { type: "fork" }> => {
    const step = { type: "fork" as const, next: steps.length + 1, other: 0 };
    push(step);
    return step;
  };

  function write(each: Part): void {
    switch (each.type) {
      case "step":
        push(each.step);
        return;
      case "row":
        for (const one of each.parts) write(one);
        return;
      case "choice": {
        const ends: Extract<Step, { type: "go" }>[] = [];
        for (const [index, one] of each.parts.entries()) {
          const last = index === each.parts.length - 1;
          const way = last ? undefined : fork();
          write(one);
          if (way === undefined) continue;
          const end = { type: "go" as const, next: 0 };
          push(end);
          ends.push(end);
          way.other = steps.length;
        }
        for (const end of ends) end.next = steps.length;
        return;
      }
      case "repeat": {
        for (let count = 0; count < each.least; count++) writeCounted(each.part);
        if (each.most === Number.POSITIVE_INFINITY) {
          const begin = steps.length;
          const way = fork();
          write(each.part);
          push({ type: "go", next: begin });
          way.other = steps.length;
          return;
        }
        const ways: Extract<Step, { type: "fork" }>[] = [];
        for (let count = each.least; count < each.most; count++) {
          ways.push(fork());
          writeCounted(each.part);
        }
        for (const way of ways) way.other = steps.length;
      }
    }
  }

  /** A part that writes nothing would be repeated without ever meeting the limit. */
  function writeCounted(each: Part): void {
    const before = steps.length;
    write(each);
    if (steps.length === before) push({ type: "go", next: steps.length + 1 });
  }

  write(part);
  push({ type: "found" });
  return steps;
}

function search(program: readonly Step[], text: string, spend?: (steps: number) => void): boolean {
  const chars = [...text];
  let current: number[] = [];
  const seen = new Int32Array(program.length).fill(-1);
  for (let at = 0; at <= chars.length; at++) {
    if (follow(0, at)) return true;
    const char = chars[at];
    if (char === undefined) return false;
    const before = current;
    current = [];
    spend?.(before.length + 1);
    for (const place of before) {
      const step = program[place];
      if (step?.type === "one" && step.fits(char) && follow(place + 1, at + 1)) return true;
    }
  }
  return false;

  /** Goes on without taking a character; answers whether that finds the pattern. */
  function follow(from: number, at: number): boolean {
    const open = [from];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const step = program[place];
      if (step === undefined || seen[place] === at) continue;
      seen[place] = at;
      if (step.type === "found") return true;
      if (step.type === "one") current.push(place);
      else if (step.type === "go") open.push(step.next);
      else if (step.type === "fork") open.push(step.other, step.next);
      else if (holds(step.type, chars, at)) open.push(place + 1);
    }
    return false;
  }
}

function holds(type: "start" | "end" | "edge" | "inside", chars: readonly string[], at: number): boolean {
  if (type === "start") return at === 0;
  if (type === "end") return at === chars.length;
  const isWord = (char: string | undefined) => char !== undefined && /^\w$/.test(char);
  return (isWord(chars[at - 1]) !== isWord(chars[at])) === (type === "edge");
}
