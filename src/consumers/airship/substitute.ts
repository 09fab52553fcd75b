import type { YamlEntry, YamlNode } from "../../yaml/node.ts";
import { isNothing } from "../reading/map-draft.ts";
import { overriding } from "./actions.ts";
import { type PathStep, parseDataPath, showPath } from "./data-path.ts";
import { type Fault, RenderFault } from "./fault.ts";
import { isText, pythonText } from "./python-value.ts";
import type { Destination, PlacedText, Substitution } from "./raw-document.ts";
import { failed, type Putting, replaced, replacedBelow, searchable, textNode } from "./replace-text.ts";
import type { SearchBudget } from "./search-budget.ts";
import { type Step, scatteredMap, sealedNode, traceOf, withSteps } from "./traced-position.ts";
import { firstAt, writeAt } from "./tree-places.ts";

/** The document a value is taken from. */
export interface SubstitutionSource {
  /** In words. */
  readonly title: string;
  /** Its rendered data. */
  readonly data: YamlNode;
  /** Whether nobody may see them. */
  readonly sealed: boolean;
}

/** The document values go to. */
export interface Target {
  readonly uri: string;
  /** What the patterns of its site may still search. */
  readonly search: SearchBudget;
  /** Told of what is odd. */
  note(fault: Fault): void;
}

/** Data with one substitution done. Throws the fault of one that can't be. */
export function substitute(
  data: YamlNode,
  substitution: Substitution,
  source: SubstitutionSource,
  target: Target,
): YamlNode {
  const { uri } = target;
  const taken = takeValue(substitution, source, target);
  const value = source.sealed ? sealedNode(taken) : taken;
  const step: Step = {
    does: "substitutes",
    message: `substituted from ${source.title}`,
    at: { ...substitution.at, uri },
  };
  return substitution.destinations.reduce((result, destination) => {
    if (destination.pattern === undefined) return putValue(result, destination, withSteps(value, step), uri);
    return putText(result, destination, destination.pattern, value, { step, ...target });
  }, data);
}

function takeValue(substitution: Substitution, { data, title }: SubstitutionSource, target: Target): YamlNode {
  const { path, pattern, group } = substitution;
  // A source that is one text has no paths.
  const steps = data.kind === "map" ? stepsOfPath(path) : [];
  const value = firstAt(data, steps);
  if (value === undefined || isNothing(value)) {
    throw new RenderFault({
      rule: "substitution-source-data-not-found",
      message: `found nothing at ${showPath(steps)} of ${title}, expected a value`,
      hint: "correct the path, or add the value to the source",
      at: path.at,
      related: [{ message: "the data of the source are here", at: data.position }],
    });
  }
  return pattern === undefined ? value : partOf(value, pattern, group, target);
}

/** The part of a text that a group of the pattern matches; the whole text where nothing matches. */
function partOf(value: YamlNode, pattern: PlacedText, group: number, { search, note }: Target): YamlNode {
  if (!isText(value)) {
    throw failed(
      pattern,
      "found a pattern for a value that is no text, expected a text",
      "remove the pattern, or take a text",
      [{ message: "the value is here", at: value.position }],
    );
  }
  const found = searchable(pattern, value.text, search).exec(String(value.value));
  if (found === null) {
    note({
      rule: "pattern-without-match",
      severity: "warning",
      message: "found a pattern that matches nothing in the value it is for, so the whole value is taken",
      hint: "correct the pattern, or remove it",
      at: pattern.at,
      related: [{ message: "the value is here", at: value.position }],
    });
    return value;
  }
  const part = group < 0 || group >= found.length ? undefined : found[group];
  if (part === undefined) {
    throw failed(
      pattern,
      `found no group ${group} in what the pattern matches, which has ${found.length - 1}`,
      "correct match_group, or the pattern",
    );
  }
  return textNode(part, value.position);
}

function putValue(data: YamlNode, destination: Destination, value: YamlNode, uri: string): YamlNode {
  const steps = destinationPath(destination);
  if (steps.length === 0) return atTop(data, value);
  const writing = {
    steps,
    at: { ...destination.path.at, uri },
    change: (old: YamlNode | undefined) => overriding(old, value),
    refuse: refusal(destination),
  };
  return writeAt(data, writing) ?? value;
}

/** A mapping joins the data at their top; anything else becomes the data. */
function atTop(data: YamlNode, value: YamlNode): YamlNode {
  if (value.kind !== "map" || data.kind !== "map") return value;
  const entries = new Map<string, YamlEntry>(data.entries.map((entry) => [entry.key, entry]));
  for (const entry of scatteredMap(value).entries) {
    const old = entries.get(entry.key);
    entries.set(entry.key, { ...entry, value: overriding(old?.value, entry.value) });
  }
  return { ...data, entries: [...entries.values()] };
}

function putText(
  data: YamlNode,
  destination: Destination,
  pattern: PlacedText,
  value: YamlNode,
  { step, uri, search, note }: Target & { readonly step: Step },
): YamlNode {
  const text = pythonText(value);
  if (text === undefined) {
    throw failed(
      pattern,
      "found a mapping or a list to be put into a text, expected a single value",
      "take a part of the source, or put it without a pattern",
    );
  }
  const putting: Putting = { text, pattern, step, sealed: traceOf(value.position)?.sealed === true, search };
  const { depth } = destination;
  const at = { ...destination.path.at, uri };
  const writing = {
    steps: destinationPath(destination),
    at,
    refuse: refusal(destination),
    change: (old: YamlNode | undefined): YamlNode => {
      if (depth !== undefined)
        return replacedBelow(old ?? { kind: "map", entries: [], position: at }, depth, destination, putting, note);
      if (isText(old)) return replaced(old, putting);
      const found = old === undefined ? "nothing" : "something that is no text";
      throw failed(
        destination.path,
        `found ${found} at ${showPath(destinationPath(destination))}, expected a text to replace the pattern in`,
        "correct the path, or put the value without a pattern",
        old && [{ message: "this is there", at: old.position }],
      );
    },
  };
  return writeAt(data, writing) ?? data;
}

function stepsOfPath(path: PlacedText): readonly PathStep[] {
  const read = parseDataPath(path.text);
  if (read.steps === undefined) throw failed(path, read.message, 'write a path such as ".a.b[0]", or "."');
  return read.steps;
}

function destinationPath({ path }: Destination): readonly PathStep[] {
  if (!/^[.$]/.test(path.text)) {
    throw failed(
      path,
      'found the path of a destination that begins with neither "." nor "$"',
      `write ".${path.text.slice(0, 40).replace(/[\n\r]/g, " ")}"`,
    );
  }
  return stepsOfPath(path);
}

function refusal({ path }: Destination): (message: string) => RenderFault {
  return (message) => failed(path, message, "correct the path, or the data it leads through");
}
