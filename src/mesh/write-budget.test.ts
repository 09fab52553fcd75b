import { expect, test } from "vitest";
import { createWriteBudget } from "./write-budget.ts";

const signal = new AbortController().signal;
const shedNone = (): void => expect.fail("nothing should be shed");

test("a connection waits for room, in order, and another doesn't", async () => {
  const budget = createWriteBudget({ perConnection: 10, total: 100 }, shedNone);
  const [slow, other] = [{}, {}];
  const passed: string[] = [];
  await budget.take(slow, 8, signal);
  const second = budget.take(slow, 8, signal).then(() => passed.push("second"));
  await budget.take(other, 8, signal);
  passed.push("other");
  budget.give(slow, 8);
  await second;
  expect(passed).toEqual(["other", "second"]);
});

test("one message passes, however large", async () => {
  const budget = createWriteBudget({ perConnection: 10, total: 100 }, shedNone);
  await budget.take({}, 90, signal);
});

test("who waits can leave", async () => {
  const budget = createWriteBudget({ perConnection: 10, total: 100 }, shedNone);
  const connection = {};
  await budget.take(connection, 10, signal);
  const leaving = new AbortController();
  const waiting = budget.take(connection, 10, leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
});

test("past the total the connection that holds most is shed", async () => {
  const shed: object[] = [];
  const budget = createWriteBudget({ perConnection: 60, total: 100 }, (each) => shed.push(each));
  const [small, big, last] = [{}, {}, {}];
  await budget.take(small, 10, signal);
  await budget.take(big, 60, signal);
  await budget.take(last, 30, signal);
  expect(shed).toEqual([]);
  await budget.take(small, 1, signal);
  expect(shed).toEqual([big]);
});
