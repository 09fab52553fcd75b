import { driverFault } from "../drivers/driver-failure.ts";
import type { Policy } from "../policy.ts";
import { StepFailure } from "../steps/step.ts";
import type { TaskClock } from "./task-clock.ts";

/** Decides how often a driver that is busy, unreachable or gone is called again, and waits in between. */
export interface Patience {
  /** Waits for the next attempt, or throws StepFailure when there were enough. `delayMs` is what the driver asked for. */
  again(message: string, delayMs: number | undefined): Promise<void>;
  /** The driver has answered: failures are counted anew. */
  answered(): void;
}

/** Makes the patience of one step. */
export function createPatience(clock: TaskClock, policy: Policy): Patience {
  let failures = 0;
  return {
    async again(message, delayMs) {
      failures++;
      if (failures >= policy.attempts) throw new StepFailure(`${message} (tried ${failures} times)`);
      clock.report({ tries: 1, message });
      const backoff = Math.min(policy.backoffMs * 2 ** (failures - 1), policy.backoffMaxMs);
      await clock.pause(Math.max(backoff, Math.min(delayMs ?? 0, policy.backoffMaxMs)), message);
    },
    answered() {
      failures = 0;
    },
  };
}

/** Makes one reading call, again and again while the driver asks for that. Throws StepFailure. */
export async function callPatiently<Result>(
  patience: Patience,
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      const result = await call();
      patience.answered();
      return result;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const fault = driverFault(error);
      if (fault.kind !== "again") throw new StepFailure(fault.message);
      await patience.again(fault.message, fault.delayMs);
    }
  }
}
