import type { Finding } from "./rule.ts";
import { shown } from "./shown.ts";

/** A range of CPUs, inclusive. */
export interface CpuRange {
  readonly first: number;
  readonly last: number;
}

const part = /^(\d{1,5}|N)(?:-(\d{1,5}|N)(?::\d{1,5}\/\d{1,5})?)?$/;

/**
 * What is wrong with a list of CPUs as the kernel reads it, such as `0,4-39` or `0-31:1/2`: its form, a range that runs backwards, a CPU beyond the count of the
 * machine, or one that is there twice (a warning). Undefined for a sound list.
 */
export function faultOfCpus(text: string, count: number | undefined): Omit<Finding, "field"> | undefined {
  const ranges: CpuRange[] = [];
  for (const each of text.split(",")) {
    const [, first, last = first] = part.exec(each.trim()) ?? [];
    if (first === undefined || last === undefined) {
      const what = text === each ? shown(text) : `${shown(each)} in ${shown(text)}`;
      return { message: `found ${what}, expected CPUs or ranges of them`, hint: "write a list such as 0,4-39" };
    }
    const range = { first: numberOf(first, count), last: numberOf(last, count) };
    if (range.last < range.first) {
      const message = `the range ${each.trim()} runs backwards`;
      return { message, hint: `write ${last}-${first}` };
    }
    ranges.push(range);
  }
  const highest = Math.max(...ranges.map(({ last }) => last).filter(Number.isFinite), 0);
  if (count !== undefined && highest >= count) {
    const message = `CPU ${highest} doesn't exist: the hardware profile says there are ${count}, numbered from 0`;
    return { message, hint: `name CPUs up to ${count - 1}, or correct cpu_count` };
  }
  const sorted = ranges.sort((a, b) => a.first - b.first);
  let reached = -1;
  for (const { first, last } of sorted) {
    if (first <= reached) {
      return { severity: "warning", message: `CPU ${first} is in ${shown(text)} twice`, hint: "name each CPU once" };
    }
    reached = Math.max(reached, last);
  }
  return undefined;
}

/** N stands for the last CPU. */
function numberOf(text: string, count: number | undefined): number {
  if (text !== "N") return Number(text);
  return count === undefined ? Number.POSITIVE_INFINITY : count - 1;
}
