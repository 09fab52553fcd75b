import { expect, test } from "vitest";
import { createChangeBus } from "./change-bus.ts";

const NEVER = new AbortController().signal;
const LONG = 60_000;

test("wakes those who wait for a key, and nobody else", async () => {
  const bus = createChangeBus();
  const [one, other] = [bus.listen("job/1"), bus.listen("job/2")];
  let woken = false;
  const waiting = other.wait(LONG, NEVER).then(() => {
    woken = true;
  });
  const told = one.wait(LONG, NEVER);
  bus.emit(["job/1", "job/3"]);
  await told;
  expect(woken).toBe(false);
  bus.emit(["job/2"]);
  await waiting;
});

test("what was said between two waits is not missed", async () => {
  const bus = createChangeBus();
  const listener = bus.listen("job/1");
  bus.emit(["job/1"]);
  await listener.wait(LONG, NEVER);
  const leaving = new AbortController();
  const waiting = listener.wait(LONG, leaving.signal);
  leaving.abort();
  await waiting;
  listener.close();
  bus.emit(["job/1"]);
});

test("a wait ends by itself", async () => {
  await createChangeBus().listen("job/1").wait(1, NEVER);
});
