import type { JsonObject } from "@bufbuild/protobuf";
import type { Attempt, Attempts, ChangeWords, Declaration } from "./attempt.ts";

/** A design as a plain model holds it: layers, and what each declares, by "layer/Kind/name". */
export interface ModelState {
  readonly layers: ReadonlySet<string>;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** What tells one declaration from another. */
export function declarationKey({ layer, kind, name }: Omit<Declaration, "spec">): string {
  return `${layer}/${kind}/${name}`;
}

/** The state after a change to one: what a reader of the contract expects, written without a look at the code that does it. */
export function applied(before: ModelState, words: ChangeWords, earlier: readonly ModelState[]): ModelState {
  if (words.restores !== undefined) return earlier[words.restores] ?? before;
  const { layers, replaces, declarations, deletions, tagged = [] } = words;
  const after = new Map(before.declarations);
  if (replaces) for (const [key, { layer }] of before.declarations) if (layers.includes(layer)) after.delete(key);
  for (const each of deletions) after.delete(declarationKey(each));
  for (const each of declarations) after.set(declarationKey(each), each);
  for (const { tags, ...key } of tagged) {
    const spec = after.get(declarationKey(key))?.spec ?? {};
    const metadata = { ...(spec.metadata as JsonObject | undefined), tags: [...tags] };
    after.set(declarationKey(key), { ...key, spec: { ...spec, metadata } });
  }
  return { layers: new Set([...before.layers, ...layers]), declarations: after };
}

/** A model state as text, the same for the same content. */
export function stateText({ layers, declarations }: ModelState): string {
  const lines = [...declarations].map(([key, { spec }]) => `${key} ${ordered(spec)}`);
  return [`layers ${[...layers].sort().join(" ")}`, ...lines.sort()].join("\n");
}

function ordered(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${ordered(field)}`).join()}}`;
}

/** What the attempts must have made of a design, given which attempt made each revision. */
export interface Replay {
  /** The state of every revision, from the empty one of number 0 on. */
  readonly states: readonly ModelState[];
  /** What can't be: in words, empty when all is well. */
  readonly problems: readonly string[];
}

const empty: ModelState = { layers: new Set(), declarations: new Map() };

/**
 * Carries out, in the order of the revisions, the attempts that made them, and compares with what the attempts were answered: an acknowledged one made the revision
 * it was told of, on the base it was opened on; a refused one made none.
 */
export function replay({ tried, answers }: Attempts, revisions: readonly string[]): Replay {
  const states: ModelState[] = [empty];
  const problems: string[] = [];
  const made = new Map<string, number>();
  for (const [index, id] of revisions.entries()) {
    const number = index + 1;
    const attempt = tried.get(id);
    const before = states[index] ?? empty;
    if (attempt === undefined) problems.push(`revision ${number} was made by nobody: ${JSON.stringify(id)}`);
    if (made.has(id)) problems.push(`${id} made revision ${made.get(id)} and revision ${number}`);
    made.set(id, number);
    states.push(attempt === undefined ? before : applied(before, attempt.words, states));
    if (attempt !== undefined) problems.push(...badBase(attempt, number, before));
  }
  for (const [id, attempt] of tried) problems.push(...badAnswer(attempt, made.get(id), answers.get(id), states));
  return { states, problems };
}

function badBase({ id, base, saw }: Attempt, number: number, before: ModelState): readonly string[] {
  const problems: string[] = [];
  if (base !== undefined && base + 1 !== number)
    problems.push(`${id} was to follow revision ${base} and made revision ${number}`);
  if (saw !== undefined && ordered(saw.spec) !== ordered(before.declarations.get(declarationKey(saw))?.spec))
    problems.push(`${id} saw ${ordered(saw)}, and made revision ${number} after that was no longer so`);
  return problems;
}

function badAnswer(
  { id, words, base }: Attempt,
  made: number | undefined,
  answer: ReturnType<Attempts["answers"]["get"]>,
  states: readonly ModelState[],
): readonly string[] {
  if (answer === undefined) return [];
  if ("refused" in answer) return made === undefined ? [] : [`${id} was refused, and is revision ${made}`];
  const { acknowledged, changed } = answer;
  if (changed)
    return made === acknowledged ? [] : [`${id} was acknowledged as revision ${acknowledged}, and is ${made}`];
  if (made !== undefined) return [`${id} was told it changes nothing, and is revision ${made}`];
  if (base !== undefined && base !== acknowledged) return [`${id} on base ${base} was answered with ${acknowledged}`];
  const state = states[acknowledged];
  if (state === undefined) return [`${id} was answered with revision ${acknowledged}, which is not there`];
  return stateText(applied(state, words, states)) === stateText(state)
    ? []
    : [`${id} was told it changes nothing in revision ${acknowledged}, and it does`];
}
