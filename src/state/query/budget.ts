import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";

/** Most steps that the expressions of one call may take together. */
export const MOST_STEPS_OF_CALL = 5_000_000;

// So many steps take some hundredths of a second, in which nobody else is served.
const STEPS_AT_ONCE = 50_000;

/** What the expressions of one call may still do. */
export interface QueryBudget {
  /** Counts steps. Throws RESOURCE_EXHAUSTED past the bound. */
  spend(steps: number): void;
  /** Lets others go on when much was done since the last time. Throws when the caller has gone. */
  breathe(): Promise<void> | undefined;
}

/** The budget of one call, which ends when `signal` fires. */
export function queryBudget(signal: AbortSignal): QueryBudget {
  let spent = 0;
  let pausedAt = 0;
  return {
    spend(steps) {
      spent += steps;
      if (spent <= MOST_STEPS_OF_CALL) return;
      const message = `the expressions of the call take more than ${MOST_STEPS_OF_CALL} steps`;
      throw failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, {
        fieldPath: "filter",
        hint: "have them look at less, or join with && what narrows first: kind, name, rack, a label or a tag",
      });
    },
    breathe() {
      if (spent - pausedAt < STEPS_AT_ONCE) return undefined;
      pausedAt = spent;
      return new Promise((resolve, reject) =>
        setImmediate(() => (signal.aborted ? reject(signal.reason as Error) : resolve())),
      );
    },
  };
}
