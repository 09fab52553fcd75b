import type { SourcePosition, YamlNode } from "../../yaml/node.ts";
import { type Fault, RenderFault } from "./fault.ts";
import { renderLimits, tooMuch } from "./measure.ts";
import { readPattern } from "./pattern.ts";
import { isText } from "./python-value.ts";
import type { Destination, PlacedText } from "./raw-document.ts";
import type { SearchBudget } from "./search-budget.ts";
import { type Step, sealedNode, withSteps } from "./traced-position.ts";

/** A text to be put in the place of what a pattern matches. */
export interface Putting {
  readonly text: string;
  readonly pattern: PlacedText;
  readonly step: Step;
  /** Whether nobody may see it. */
  readonly sealed: boolean;
  readonly search: SearchBudget;
}

/** A pattern made ready, as far as it may search a text of that length, and what is left to be searched; throws the fault of one that may not. */
export function searchable(pattern: PlacedText, text: string, search: SearchBudget): RegExp {
  const read = readPattern(pattern.text);
  if (read.message !== undefined) {
    throw failed(pattern, `${read.message}, expected a regular expression`, "correct the pattern");
  }
  if (text.length > read.bound) {
    throw failed(
      pattern,
      `found a text of ${text.length} characters for this pattern, which may search at most ${read.bound}`,
      "repeat less in the pattern, or begin it with ^",
    );
  }
  if (!search.spend(text.length ** read.exponent)) {
    throw new RenderFault({
      rule: "rendered-limit",
      message: "found more patterns, and longer texts to search, than a site may have, expected less",
      hint: "repeat less in the patterns, begin them with ^, or put values without patterns",
      at: pattern.at,
    });
  }
  read.expression.lastIndex = 0;
  return read.expression;
}

/** Every match in a text replaced, backslashes and all as they are. The same node where nothing matches. */
export function replaced(node: YamlNode, { text, pattern, step, sealed, search }: Putting): YamlNode {
  if (!isText(node)) return node;
  const before = String(node.value);
  const expression = searchable(pattern, before, search);
  let length = 0;
  const after = before.replace(expression, () => {
    length += text.length;
    if (length > renderLimits.textLength)
      throw tooMuch("found a text of more than 1048576 characters once this is done", pattern.at);
    return text;
  });
  if (after.length > renderLimits.textLength)
    throw tooMuch("found a text of more than 1048576 characters once this is done", pattern.at);
  if (after === before) return node;
  const noted = withSteps(textNode(after, node.position), step);
  return sealed ? sealedNode(noted) : noted;
}

/** Replaces in the texts below a value, down to a depth; only in those that hold the pattern letter by letter, as Deckhand does. */
export function replacedBelow(
  node: YamlNode,
  depth: number,
  destination: Destination,
  putting: Putting,
  note: (fault: Fault) => void,
): YamlNode {
  if (node.kind === "scalar") {
    if (!isText(node))
      throw failed(
        destination.path,
        "found a value that is no text, mapping or list, expected something with texts in it",
        "correct the path",
      );
    return touched(node);
  }
  const done = new Map<YamlNode, Map<number, YamlNode>>();
  const below = (left: number) => (left < 0 ? left : left - 1);
  return visit(node, depth);

  function visit(each: YamlNode, left: number): YamlNode {
    if (each.kind === "scalar") return touched(each);
    if (left === 0) return each;
    const known = done.get(each)?.get(left);
    if (known !== undefined) return known;
    const result = each.kind === "list" ? visitList(each, left) : visitMap(each, left);
    const byDepth = done.get(each) ?? new Map<number, YamlNode>();
    done.set(each, byDepth.set(left, result));
    return result;
  }
  function visitList(list: Extract<YamlNode, { kind: "list" }>, left: number): YamlNode {
    const items = list.items.map((item) => visit(item, below(left)));
    return items.every((item, index) => item === list.items[index]) ? list : { ...list, items };
  }
  function visitMap(map: Extract<YamlNode, { kind: "map" }>, left: number): YamlNode {
    const entries = map.entries.map((entry) => {
      const value = visit(entry.value, below(left));
      return value === entry.value ? entry : { ...entry, value };
    });
    return entries.every((entry, index) => entry === map.entries[index]) ? map : { ...map, entries };
  }
  function touched(scalar: YamlNode): YamlNode {
    if (!isText(scalar)) return scalar;
    if (String(scalar.value).includes(putting.pattern.text)) return replaced(scalar, putting);
    if (searchable(putting.pattern, scalar.text, putting.search).test(String(scalar.value))) {
      note({
        rule: "deckhand-differs",
        severity: "warning",
        message:
          "found a text that the pattern matches and doesn't hold letter by letter; below a path Deckhand leaves such a text as it is, and so it is here",
        hint: "write the pattern as plain text, or name the path of each text",
        at: putting.pattern.at,
        related: [{ message: "the text is here", at: scalar.position }],
      });
    }
    return scalar;
  }
}

/** A text standing where another value stood. */
export function textNode(text: string, position: SourcePosition): YamlNode {
  return { kind: "scalar", value: text, text, style: "quoted", position, start: 0, end: 0 };
}

/** The fault of a substitution that can't be done, at the text that says so. */
export function failed(of: PlacedText, message: string, hint: string, related?: Fault["related"]): RenderFault {
  return new RenderFault({ rule: "unknown-substitution-error", message, hint, at: of.at, ...(related && { related }) });
}
