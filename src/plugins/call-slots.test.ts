import { expect, test } from "vitest";
import { createCallSlots } from "./call-slots.ts";

const patient = new AbortController().signal;

test("slots are given in the order they were asked for", async () => {
  const slots = createCallSlots(2);
  const order: number[] = [];
  const held = [await slots.take(patient), await slots.take(patient)];
  const waiting = [1, 2, 3].map(async (caller) => {
    const release = await slots.take(patient);
    order.push(caller);
    release();
  });
  expect(order).toEqual([]);
  held[0]?.();
  await Promise.all(waiting);
  expect(order).toEqual([1, 2, 3]);
});

test("who gives up leaves the queue, and a slot given back twice is one slot", async () => {
  const slots = createCallSlots(1);
  const release = await slots.take(patient);
  const impatient = new AbortController();
  const givenUp = slots.take(impatient.signal);
  const next = slots.take(patient);
  impatient.abort(new Error("enough"));
  await expect(givenUp).rejects.toThrow("enough");
  release();
  release();
  await next;
  const last = new AbortController();
  const none = slots.take(last.signal);
  last.abort(new Error("no slot"));
  await expect(none).rejects.toThrow("no slot");
});

test("the queue has an end", async () => {
  const slots = createCallSlots(1);
  await slots.take(patient);
  for (let caller = 0; caller < 10_000; caller++) void slots.take(new AbortController().signal);
  await expect(slots.take(patient)).rejects.toThrow("10000 calls wait already");
});
