import { dueSchedules, type ScheduleRow } from "../store/schedules.ts";
import { wait } from "../wait.ts";
import { type ScheduledDeps, startScheduled } from "./start-scheduled.ts";

/** What the loop needs. */
export interface ScheduleLoopDeps extends ScheduledDeps {
  readonly warn: (message: string, error: unknown) => void;
}

const DUE_AT_ONCE = 100;

/** Looks for schedules that are due, every `schedulePollMs`, and starts them one after the other. Ends when the signal aborts. */
export async function runSchedules(deps: ScheduleLoopDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await dueSchedules(deps.database.db, DUE_AT_ONCE).catch((error): ScheduleRow[] => {
      if (!signal.aborted) deps.warn("looking for schedules that are due failed", error);
      return [];
    });
    for (const each of due) {
      if (signal.aborted) return;
      // What fails here is still due, and tried again at the next look.
      await startScheduled(deps, each, signal).catch((error) => {
        if (!signal.aborted) deps.warn(`schedule ${each.name} of design ${each.design} will be tried again`, error);
      });
    }
    await wait(deps.policy.schedulePollMs, signal).catch(() => {});
  }
}
