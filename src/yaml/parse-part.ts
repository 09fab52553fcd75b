import { EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from "js-yaml";
import { lineEnd, lineStart } from "./line-bounds.ts";

/** What a document's text yields: all its events, or those of what precedes its error. */
export interface ParsedPart {
  readonly events: readonly Event[];
  readonly fault?: SyntaxFault;
}

/** Why a text stopped being YAML. Offsets are within the document's text. */
export interface SyntaxFault {
  /** The parser's own words. */
  readonly reason: string;
  /** Where the parser gave up. */
  readonly offset: number;
  /** Start of the first line with which the text can't be read: the text before it parses, and gave the events. */
  readonly cut: number;
  /** Like `reason` and `offset`, for the text that ends with the line at `cut`. */
  readonly cutReason: string;
  readonly cutOffset: number;
}

/** How many UTF-16 units may still be parsed again to find where errors begin. Shared by the documents of a file. */
export interface ReparseBudget {
  remaining: number;
}

/** A first line is parsed alone whatever the budget says, so that an error is explained even if nothing is salvaged. */
const ALWAYS_AFFORDABLE = 1024;

interface Failure {
  readonly reason: string;
  readonly offset: number;
}

/**
 * Parses one document. At an error the longest run of whole lines that parses is searched for backwards from where the
 * parser gave up: next to it in most cases, and at the opening line for a quote or bracket that is never closed.
 * Never throws. With the budget used up nothing is salvaged.
 */
export function parsePart(text: string, maxDepth: number, budget: ReparseBudget): ParsedPart {
  const whole = attempt(text, maxDepth);
  if (Array.isArray(whole)) return { events: whole };
  if (isTooDeep(whole.reason)) {
    return { events: [], fault: { ...whole, cut: 0, cutReason: whole.reason, cutOffset: whole.offset } };
  }

  const starts = startsUpTo(text, whole.offset);
  let good: { index: number; events: Event[] } = { index: 0, events: [] };
  let bad = starts.length;

  function tryCut(index: number): boolean {
    const cut = starts[index] ?? 0;
    budget.remaining -= cut;
    const outcome = budget.remaining < 0 ? undefined : attempt(text.slice(0, cut), maxDepth);
    if (Array.isArray(outcome)) {
      good = { index, events: outcome };
      return true;
    }
    bad = index;
    return false;
  }

  for (let step = 1, index = starts.length - 1; index > 0; index = Math.max(0, starts.length - 1 - step), step *= 2) {
    if (tryCut(index)) break;
  }
  while (bad - good.index > 1 && budget.remaining > 0) tryCut((good.index + bad) >> 1);

  const swallowed = bareTextBefore(text, starts[good.index] ?? 0, good.events);
  if (swallowed !== undefined) {
    const index = starts.indexOf(swallowed);
    if (index >= 0 && index < good.index && (index === 0 || tryCut(index))) {
      const events = index === 0 ? [] : good.events;
      return { events, fault: { ...whole, cut: swallowed, ...lineFailure(text, swallowed, whole, maxDepth, budget) } };
    }
  }
  const cut = starts[good.index] ?? 0;
  return { events: good.events, fault: { ...whole, cut, ...lineFailure(text, cut, whole, maxDepth, budget) } };
}

/** Whether the parser gave up at its depth, not at an error of the text. */
export function isTooDeep(reason: string): boolean {
  return reason.startsWith("nesting exceeded");
}

function attempt(text: string, maxDepth: number): Event[] | Failure {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    if (error instanceof YAMLException) return { reason: error.reason, offset: error.mark?.position ?? 0 };
    return { reason: error instanceof Error ? error.message : String(error), offset: 0 };
  }
}

/** Starts of the lines up to the one that holds the offset; the end of the text counts as part of the last line. */
function startsUpTo(text: string, offset: number): number[] {
  const starts = [0];
  for (let at = 0; at < offset && at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

function lineFailure(
  text: string,
  cut: number,
  whole: Failure,
  maxDepth: number,
  budget: ReparseBudget,
): { cutReason: string; cutOffset: number } {
  const end = lineEnd(text, cut);
  budget.remaining -= end;
  const affordable = budget.remaining >= 0 || end <= ALWAYS_AFFORDABLE;
  const outcome = affordable ? attempt(text.slice(0, end), maxDepth) : whole;
  const failure = Array.isArray(outcome) ? whole : outcome;
  return { cutReason: failure.reason, cutOffset: failure.offset };
}

/**
 * A line without its colon reads as a text, and only the next key is then an error; so does a key that YAML takes for a
 * tag:
 *
 *     spec:
 *       cidr 10.0.0.0/24
 *       mtu: 1500
 *
 * Gives the start of such a line, when what precedes the error ends in one and it looks like a key and its value.
 */
function bareTextBefore(text: string, cut: number, events: readonly Event[]): number | undefined {
  const last = events.findLast((event) => event.type !== EVENT_ID.POP);
  if (last?.type !== EVENT_ID.SCALAR || last.style !== SCALAR_STYLE.PLAIN) return undefined;
  const from = last.tagStart >= 0 ? last.tagStart : last.valueStart;
  if (from < 0) return undefined;
  const start = lineStart(text, from);
  const indentation = text.slice(start, from);
  const line = text.slice(cut, lineEnd(text, cut));
  const key = /^ *(?=[^\s#-])/.exec(line);
  if (!/^ *$/.test(indentation) || key === null || key[0].length !== indentation.length) return undefined;
  if (!/:(?:\s|$)/.test(line)) return undefined;
  if (last.tagStart >= 0) return text[last.tagEnd - 1] === ":" ? start : undefined;
  const bare = text.slice(from, lineEnd(text, from)).trimEnd();
  return /^[\w.-]+(?:[ \t]+\S+)?$|^[\w.-]+:\S/.test(bare) ? start : undefined;
}
