import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { nextMark, propertiesStart, writtenSpan } from "./event-offsets.ts";
import { LimitExceeded, type YamlLimits } from "./limits.ts";
import type { LineTable } from "./line-table.ts";
import type { SourcePosition, YamlScalar } from "./node.ts";
import type { ProblemList } from "./problem-list.ts";
import { characterName } from "./quote-text.ts";
import { resolvePlain } from "./resolve-scalar.ts";
import { applyScalarTag, type TagReader } from "./tags.ts";

/** What the parts of the reader share about one document: its text, where in the file that begins, and the rest. */
export interface DocumentContext {
  readonly text: string;
  readonly base: number;
  readonly lines: LineTable;
  readonly limits: YamlLimits;
  readonly problems: ProblemList;
}

/** How far the document's text has been read: behind the last token. Empty values have no place but this. */
export interface ReadCursor {
  readTo: number;
}

/** Reads one scalar event. `indicator` is what stands before the value: `:` or `-`, or nothing. */
export type ReadScalar = (event: ScalarEvent, indicator: string) => YamlScalar;

/** A reader of the scalars of one document, which moves the cursor on. */
export function scalarReader(context: DocumentContext, tagName: TagReader, cursor: ReadCursor): ReadScalar {
  const { text, base, lines, limits, problems } = context;

  return (event, indicator) => {
    const { style, valueStart, valueEnd } = event;
    if (valueEnd - valueStart > limits.stringLength) throw textTooLong(event);
    if (style === SCALAR_STYLE.PLAIN && event.tagStart < 0 && valueStart >= 0) {
      cursor.readTo = valueEnd;
      const written = event.fast ? text.slice(valueStart, valueEnd) : getScalarValue(text, event);
      return plainScalar(written, lines.locate(base + valueStart), valueStart, valueEnd);
    }
    const [start, end] = valueStart < 0 ? emptySpan(event, indicator) : writtenSpan(text, event);
    cursor.readTo = Math.max(cursor.readTo, end);
    const position = lines.locate(base + start);
    let written = getScalarValue(text, event);
    if (style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) written = storable(written, start);
    if (event.tagStart >= 0) {
      const tagged = applyScalarTag(tagName(event), written, style === SCALAR_STYLE.PLAIN, (problem) =>
        problems.add({ ...problem, offset: base + event.tagStart }),
      );
      return { kind: "scalar", ...tagged, style: styleName(style), position, start, end };
    }
    if (style === SCALAR_STYLE.PLAIN) return plainScalar(written, position, start, end);
    return { kind: "scalar", value: written, text: written, style: styleName(style), position, start, end };
  };

  function emptySpan(event: ScalarEvent, indicator: string): [start: number, end: number] {
    const properties = propertiesStart(event);
    if (properties !== undefined) return [properties, Math.max(event.anchorEnd, event.tagEnd)];
    const mark = nextMark(text, cursor.readTo, indicator);
    if (mark === undefined) return [cursor.readTo, cursor.readTo];
    // The dash of an empty item is used up, or the next empty item would be given the same place.
    if (indicator === "-") cursor.readTo = mark + 1;
    const offset = indicator === ":" ? mark + 1 : mark;
    return [offset, offset];
  }

  function storable(written: string, start: number): string {
    const bad = UNSTORABLE.exec(written)?.[0];
    if (bad === undefined) return written;
    problems.add({
      rule: "yaml-character",
      offset: base + start,
      message: `found an escape for ${characterName(bad.charCodeAt(0))}, expected characters that can be stored as text`,
      hint: "remove the escape",
    });
    return written.replaceAll(UNSTORABLE_ALL, "\ufffd");
  }

  function textTooLong(event: ScalarEvent): LimitExceeded {
    const { stringLength } = limits;
    return new LimitExceeded(
      `found a text of ${event.valueEnd - event.valueStart} characters, expected at most ${stringLength}`,
      { offset: base + event.valueStart, hint: "keep large texts in files of their own", wholeFile: false },
    );
  }
}

const UNSTORABLE = /\0|\p{Cs}/u;
const UNSTORABLE_ALL = new RegExp(UNSTORABLE, "gu");

function plainScalar(text: string, position: SourcePosition, start: number, end: number): YamlScalar {
  const resolved = resolvePlain(text);
  if (typeof resolved === "string") {
    return { kind: "scalar", value: resolved, text, style: "plain", position, start, end };
  }
  const { value, inexact } = resolved;
  if (inexact) return { kind: "scalar", value, text, style: "plain", position, start, end, inexact };
  return { kind: "scalar", value, text, style: "plain", position, start, end };
}

function styleName(style: ScalarEvent["style"]): YamlScalar["style"] {
  if (style === SCALAR_STYLE.PLAIN) return "plain";
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? "quoted" : "block";
}
