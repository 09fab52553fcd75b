import type { Fault, FaultRule } from "./fault-rule.ts";

/** A request as far as rules look at it. */
export interface FaultedRequest {
  readonly method: string;
  /** Below the API. */
  readonly path: string;
  /** Empty when there is none. */
  readonly op: string;
}

/** A rule and how often it was looked at and happened. */
export interface RuleReport {
  readonly rule: FaultRule;
  /** Requests it fitted. */
  readonly fitted: number;
  /** Requests it happened to. */
  readonly happened: number;
}

/** The faults of one simulator. */
export interface Faults {
  /** Sets other rules in the place of those there were; counts begin anew. */
  set(rules: readonly FaultRule[]): void;
  /** What happens to a request: the fault of the first rule whose turn it is. Every rule that fits counts it. */
  of(request: FaultedRequest): Fault | undefined;
  report(): readonly RuleReport[];
}

interface Counted {
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  fitted: number;
  happened: number;
}

/** The faults of a script. */
export function createFaults(rules: readonly FaultRule[] = []): Faults {
  let counted = rules.map(count);
  return {
    set(others) {
      counted = others.map(count);
    },
    of(request) {
      let found: Fault | undefined;
      for (const each of counted) {
        if (!fits(each, request)) continue;
        each.fitted += 1;
        const { nth, count: most, fault } = each.rule;
        const due = each.fitted >= nth && (most === 0 || each.fitted < nth + most);
        if (!due || found !== undefined) continue;
        each.happened += 1;
        found = fault;
      }
      return found;
    },
    report: () => counted.map(({ rule, fitted, happened }) => ({ rule, fitted, happened })),
  };
}

function count(rule: FaultRule): Counted {
  const { path } = rule;
  const pattern = path?.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".+");
  return { rule, path: pattern === undefined ? undefined : new RegExp(`^${pattern}$`), fitted: 0, happened: 0 };
}

function fits({ rule, path }: Counted, request: FaultedRequest): boolean {
  const { method, op } = rule;
  if (method === "write" ? request.method === "GET" : method !== undefined && method !== request.method) return false;
  if (op !== undefined && op !== request.op) return false;
  return path === undefined || path.test(request.path);
}
