import type { Policy } from "../policy.ts";
import { StepFailure } from "../steps/step.ts";
import { type CallFault, callFault, serviceFault } from "./call-fault.ts";
import type { TaskClock } from "./task-clock.ts";

/** Decides how often a driver that is busy, unreachable or gone is called again, and waits in between. */
export interface Patience {
  /** Waits for the next attempt, or throws StepFailure when there were enough. `delayMs` is what the driver asked for. */
  again(message: string, delayMs: number | undefined): Promise<void>;
  /** Waits for something of our own that is away, as long as the task's time lasts. */
  away(message: string): Promise<void>;
  /** The driver has answered: failures are counted anew. */
  answered(): void;
}

/** Makes the patience of one step. `pause` is how it waits. */
export function createPatience(clock: TaskClock, policy: Policy, pause: TaskClock["pause"] = clock.pause): Patience {
  let failures = 0;
  let absences = 0;
  const backoff = (times: number): number => {
    const wait = Math.min(policy.backoffMs * 2 ** (times - 1), policy.backoffMaxMs);
    // Many that failed at the same moment shall not come back at the same moment.
    return wait * (1 + ((Math.random() * 2 - 1) * policy.jitterPercent) / 100);
  };
  return {
    async again(message, delayMs) {
      failures++;
      if (failures >= policy.attempts) throw new StepFailure(`${message} (tried ${failures} times)`);
      clock.report({ tries: 1, message });
      await pause(Math.max(backoff(failures), Math.min(delayMs ?? 0, policy.backoffMaxMs)), message);
    },
    async away(message) {
      absences++;
      await pause(backoff(absences), message);
    },
    answered() {
      failures = 0;
      absences = 0;
    },
  };
}

/** Makes one reading call to a driver, again and again while that asks for it. Throws StepFailure, and the signal's reason. */
export function callPatiently<Result>(
  patience: Patience,
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  return repeat(patience, signal, callFault, call);
}

/** Makes one call to a service of ours, again and again while that is away. Throws StepFailure, and the signal's reason. */
export function callServicePatiently<Result>(
  patience: Patience,
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  return repeat(patience, signal, serviceFault, call);
}

async function repeat<Result>(
  patience: Patience,
  signal: AbortSignal,
  faultOf: (error: unknown) => CallFault,
  call: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      const result = await call();
      patience.answered();
      return result;
    } catch (error) {
      signal.throwIfAborted();
      const fault = faultOf(error);
      if (fault.kind === "away") await patience.away(fault.message);
      else if (fault.kind === "again") await patience.again(fault.message, fault.delayMs);
      else throw new StepFailure(fault.message);
    }
  }
}
