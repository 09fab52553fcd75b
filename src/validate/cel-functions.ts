import type { CelFunc, CelInput, CelValue } from "@bufbuild/cel";
import { CEL_LONGEST_LIST, CEL_LONGEST_TEXT, CEL_MOST_STEPS } from "./cel-bounds.ts";
import type { CelLibrary } from "./cel-library.ts";

/** Counts what one evaluation has done. */
export interface CelSteps {
  steps: number;
}

// So many comparisons of one character with one part of a pattern are one step.
const MATCHING_STEP = 1024;

/**
 * The functions of expressions beside those of the language: `lookup`, where there is one; the one that counts the turns of loops, under the name `step`; and
 * those in place of the language's own which let a short expression make a text or list of any size, or compare values that are larger than what they were made
 * from. All of them count in `state`.
 */
export function boundedFunctions(
  cel: CelLibrary,
  state: CelSteps,
  step: string,
  lookup: ((kind: string, name: string) => CelInput) | undefined,
): CelFunc[] {
  const { celFunc, celMethod, CelScalar, listType } = cel;
  const { BOOL, BYTES, DYN, STRING } = CelScalar;
  const anyList = listType(DYN);
  const language = cel.celEnv().funcs;
  const standard = (name: string, target: CelValue | undefined, args: CelValue[]) =>
    language.find(name)?.call(0, target, args) as boolean;
  const take = (steps: number) => {
    state.steps += steps;
    if (state.steps > CEL_MOST_STEPS) throw new Error(`it takes more than ${CEL_MOST_STEPS} steps`);
  };
  const compare = (a: CelValue, b: CelValue) => {
    if (typeof a === "object" && typeof b === "object") take(countParts(cel, a, CEL_MOST_STEPS - state.steps));
    return standard("_==_", undefined, [a, b]);
  };
  return [
    ...(lookup === undefined ? [] : [celFunc("lookup", [STRING, STRING], DYN, lookup)]),
    celFunc(step, [], BOOL, () => ++state.steps <= CEL_MOST_STEPS),
    celFunc("_==_", [DYN, DYN], BOOL, compare),
    celFunc("_!=_", [DYN, DYN], BOOL, (a, b) => !compare(a as CelValue, b as CelValue)),
    celFunc("@in", [DYN, anyList], BOOL, (value, list) => {
      take(1 + Math.floor(list.size / 16));
      for (const member of list) if (compare(member, value as CelValue)) return true;
      return false;
    }),
    celMethod("matches", STRING, [STRING], BOOL, function (this: string, pattern: string) {
      take(1 + Math.floor((this.length * pattern.length) / MATCHING_STEP));
      return standard("matches", String(this), [pattern]);
    }),
    celFunc("_+_", [STRING, STRING], STRING, (a, b) => {
      if (a.length + b.length > CEL_LONGEST_TEXT) throw new Error(`a text of more than ${CEL_LONGEST_TEXT} characters`);
      return a + b;
    }),
    celFunc("_+_", [BYTES, BYTES], BYTES, (a, b) => {
      if (a.length + b.length > CEL_LONGEST_TEXT) throw new Error(`more than ${CEL_LONGEST_TEXT} bytes`);
      const sum = new Uint8Array(a.length + b.length);
      sum.set(a);
      sum.set(b, a.length);
      return sum;
    }),
    celFunc("_+_", [anyList, anyList], anyList, (a, b) => {
      if (a.size + b.size > CEL_LONGEST_LIST) throw new Error(`a list of more than ${CEL_LONGEST_LIST} members`);
      return cel.celList([...a, ...b]);
    }),
  ];
}

/** Values of an expression may hold one another many times over: written out they are larger by far than what was read. Counts at most to `most` and one more. */
function countParts(cel: CelLibrary, value: CelValue, most: number): number {
  let count = 0;
  const visit = (part: CelValue): void => {
    if (++count > most) return;
    if (cel.isCelList(part)) {
      for (const member of part) {
        visit(member);
        if (count > most) return;
      }
    } else if (cel.isCelMap(part)) {
      for (const [, member] of part) {
        visit(member);
        if (count > most) return;
      }
    }
  };
  visit(value);
  return count;
}
