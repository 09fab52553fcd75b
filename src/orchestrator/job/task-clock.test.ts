import { expect, test } from "vitest";
import { createTaskClock, type TaskProgress } from "./task-clock.ts";

const NEVER = new AbortController().signal;

/** A clock of a task that began so many milliseconds ago, and what it reports. */
function clockOf(age: number, deadlineMs: number, giveUpMs: number, signal = NEVER) {
  const reports: TaskProgress[] = [];
  const report = (progress: TaskProgress): void => void reports.push(progress);
  const startedAt = new Date(Date.now() - age);
  return { reports, clock: createTaskClock({ startedAt, deadlineMs, giveUpMs, signal, report }) };
}

test("a pause says what is waited for and until when", async () => {
  const { clock, reports } = clockOf(0, 60_000, 120_000);
  await clock.pause(1, "the machine");
  expect(reports).toEqual([
    { waitingFor: "the machine", waitingUntil: new Date(clock.startedAt.getTime() + 60_000).toISOString() },
  ]);
});

test("past its deadline a task is stuck, which is said once, and waited for until it is given up", async () => {
  const { clock, reports } = clockOf(1_000, 500, 60_000);
  await clock.pause(1, "the machine");
  await clock.pause(1, "the machine");
  expect(reports.map(({ state }) => state)).toEqual(["STUCK", undefined]);
  expect(reports[0]?.waitingUntil).toBe(new Date(clock.startedAt.getTime() + 60_000).toISOString());
});

test("past its end a task is given up, also one that began before this process did", async () => {
  const { clock } = clockOf(180_000, 60_000, 120_000);
  await expect(clock.pause(1, "the machine")).rejects.toThrow("given up after 2 min, waiting for the machine");
  const waiting = clock.await(
    "the node",
    (signal) =>
      new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  await expect(waiting).rejects.toThrow("given up after 2 min, waiting for the node");
});

test("a wait ends with the work, or with the signal's reason", async () => {
  const leaving = new AbortController();
  const { clock } = clockOf(0, 60_000, 120_000, leaving.signal);
  expect(await clock.await("the node", async () => "came")).toBe("came");
  const pausing = clock.pause(60_000, "the machine");
  leaving.abort(new Error("canceled"));
  await expect(pausing).rejects.toThrow("canceled");
});
