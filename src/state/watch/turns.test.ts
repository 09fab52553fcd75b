import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("so many have a turn at a time; the others come in their order", async () => {
  const turns = createTurns(2);
  const came: number[] = [];
  const all = [1, 2, 3, 4].map((each) => turns.take().then(() => came.push(each)));
  await Promise.all(all.slice(0, 2));
  expect(came).toEqual([1, 2]);
  turns.give();
  await all[2];
  expect(came).toEqual([1, 2, 3]);
  turns.give();
  await all[3];
  turns.give();
  turns.give();
  await Promise.all([turns.take(), turns.take()]);
  expect(came).toEqual([1, 2, 3, 4]);
});
