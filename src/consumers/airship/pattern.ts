/** A regular expression of a substitution, or what is wrong with it. */
export type Pattern =
  | { readonly expression: RegExp; readonly bound: number; readonly exponent: number; readonly message?: undefined }
  | { readonly expression?: undefined; readonly message: string };

const LONGEST_PATTERN = 1000;
/** Steps one search may take, about; what a text may be long follows from it. */
const MOST_STEPS = 1e9;
const LONGEST_TEXT = 1024 * 1024;
/** Ways that alternatives and optional parts may make together. */
const MOST_WAYS = 1e6;

const known = new Map<string, Pattern>();
const MOST_KNOWN = 1000;

/**
 * Reads a regular expression as Python writes it, of at most 1000 characters. A search may not hang: repetitions inside repetitions are refused, and `bound` is
 * the longest text that may be searched, less the more repetitions there are: a search takes about the text's length to the power of `exponent` in steps. That
 * is a guard, no proof: a search may take some seconds at worst.
 */
export function readPattern(text: string): Pattern {
  const found = known.get(text);
  if (found !== undefined) return found;
  const read = compile(text);
  if (known.size < MOST_KNOWN) known.set(text, read);
  return read;
}

function compile(text: string): Pattern {
  if (text === "") return { message: "found an empty pattern, expected a regular expression" };
  if (text.length > LONGEST_PATTERN) return { message: `found a pattern of more than ${LONGEST_PATTERN} characters` };
  const translated = translate(text);
  if (typeof translated === "string") return { message: translated };
  const { source, flags, repetitions, ways, anchored } = translated;
  if (ways > MOST_WAYS)
    return {
      message:
        "found a pattern with too many alternatives and optional parts, expected one that can be searched in bounded time",
    };
  try {
    const exponent = Math.max(repetitions + (anchored ? 0 : 1), 1);
    const bound = Math.min(LONGEST_TEXT, Math.floor((MOST_STEPS / ways) ** (1 / Math.max(1, exponent))));
    return { expression: new RegExp(source, `g${flags}`), bound, exponent };
  } catch {
    return { message: "found a pattern that is no regular expression" };
  }
}

interface Translated {
  readonly source: string;
  readonly flags: string;
  readonly repetitions: number;
  /** In how many ways alternatives and optional parts can be combined. */
  readonly ways: number;
  readonly anchored: boolean;
}

const translations: readonly (readonly [pattern: RegExp, by: string])[] = [
  [/\(\?P</y, "(?<"],
  [/\(\?P=([A-Za-z_][A-Za-z0-9_]*)\)/y, "\\k<$1>"],
  [/\\A/y, "^"],
  [/\\Z/y, "(?![\\s\\S])"],
  [/\(\?#[^)]*\)/y, ""],
  [/\$/y, "(?=\\n?(?![\\s\\S]))"],
];

/** Python's spelling in ours, with what is needed to bound a search. A text is what is wrong. */
function translate(text: string): Translated | string {
  const [inline = "", letters = ""] = /^\(\?([aimsu]+)\)/.exec(text) ?? [];
  const flags = [...new Set(letters)].filter((letter) => "ims".includes(letter)).join("");
  let hasChoice = false;
  let source = "";
  let repetitions = 0;
  // Of each group that is open: whether it holds a repetition, or a choice, which repeated could be matched in many ways.
  const groups: Group[] = [{ risky: false, choices: 1 }];
  let closed: Group | undefined;
  let ways = 1;
  let isBehindRepetition = false;
  let at = inline.length;
  while (at < text.length) {
    const atom = closed;
    closed = undefined;
    const translation = flags.includes("m") && text[at] === "$" ? undefined : translationAt(text, at);
    if (translation !== undefined) {
      if (translation.source === "(?<") groups.push({ risky: false, choices: 1 });
      source += translation.source;
      at = translation.end;
      continue;
    }
    const piece = pieceAt(text, at);
    const char = text[at] ?? "";
    at += piece.length;
    // In Python a bracket that closes at once is a member of its set.
    source += piece.replace(/^(\[\^?)\](?=.)/, "$1\\]");
    const wasRepeated = isBehindRepetition;
    isBehindRepetition = false;
    if (char === "(") groups.push({ risky: false, choices: 1 });
    else if (char === "|") {
      hasChoice = true;
      for (const group of groups) group.risky = true;
      const innermost = groups.at(-1);
      if (innermost !== undefined) innermost.choices++;
    } else if (char === ")") {
      const group = groups.length > 1 ? groups.pop() : undefined;
      ways *= group?.choices ?? 1;
      closed = group;
    } else if (isOptional(piece)) {
      // Behind a repetition it only says that little is to be taken.
      if (wasRepeated) continue;
      ways *= 2;
      isBehindRepetition = true;
      for (const group of groups) group.risky = true;
    } else if (isRepetition(piece)) {
      isBehindRepetition = true;
      if (atom?.risky === true)
        return "found a pattern that repeats what may match in many ways, expected one that can be searched in bounded time";
      if (!isExact(piece)) repetitions++;
      for (const group of groups) group.risky = true;
    }
  }
  const anchored = /^(?:\^|\\A)/.test(text.slice(inline.length)) && !hasChoice && !flags.includes("m");
  for (const { choices } of groups) ways *= choices;
  return { source, flags, repetitions, ways, anchored };
}

/** A group that is open. */
interface Group {
  risky: boolean;
  /** How many alternatives it has. */
  choices: number;
}

function translationAt(text: string, at: number): { readonly source: string; readonly end: number } | undefined {
  for (const [pattern, by] of translations) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return { source: by.replace("$1", found[1] ?? ""), end: pattern.lastIndex };
  }
  return undefined;
}

const pieces: readonly RegExp[] = [
  /\\[\s\S]/y,
  /\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]/y,
  /\(\?(?:[:=!]|<[=!])/y,
  /\{[0-9]*(?:,[0-9]*)?\}/y,
];

/** One piece of an expression: an escape, a set in brackets, the beginning of a group, a count in braces, or a character. */
function pieceAt(text: string, at: number): string {
  for (const pattern of pieces) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return found[0];
  }
  return text[at] ?? "";
}

/** A fixed number of times can be matched in one way only, unless what is repeated can be in several. */
function isExact(piece: string): boolean {
  return /^\{[0-9]+\}$/.test(piece);
}

function isOptional(piece: string): boolean {
  return piece === "?" || /^\{0?,1\}$/.test(piece);
}

function isRepetition(piece: string): boolean {
  if (piece === "*" || piece === "+") return true;
  const [, least = "", , most = ""] = /^\{([0-9]*)(,([0-9]*))?\}$/.exec(piece) ?? [];
  if (!piece.startsWith("{") || piece.length < 3) return false;
  return piece.includes(",") ? most === "" || Number(most) > 1 : Number(least) > 1;
}
