import { expect, test } from "vitest";
import { createSemaphore } from "./semaphore.ts";

const NEVER = new AbortController().signal;

/** Work that is under way until it is let go. */
function work() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    end: (name: string) => ends.get(name)?.(),
    run: (name: string) => () =>
      new Promise<void>((resolve) => {
        started.push(name);
        ends.set(name, resolve);
      }),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("lets as many in as there are places, the others in the order they came", async () => {
  const { started, end, run } = work();
  const semaphore = createSemaphore(2);
  const all = ["a", "b", "c", "d"].map((name) => semaphore.run(NEVER, run(name)));
  await turn();
  expect(started).toEqual(["a", "b"]);
  end("b");
  await turn();
  expect(started).toEqual(["a", "b", "c"]);
  for (const name of ["a", "c"]) end(name);
  await turn();
  end("d");
  await Promise.all(all);
});

test("who gives up waiting takes no place, and a failure gives its place back", async () => {
  const { started, end, run } = work();
  const semaphore = createSemaphore(1);
  const first = semaphore.run(NEVER, run("a"));
  const leaving = new AbortController();
  const second = semaphore.run(leaving.signal, run("b"));
  const third = semaphore.run(NEVER, () => Promise.reject(new Error("broken")));
  const fourth = semaphore.run(NEVER, run("c"));
  leaving.abort(new Error("changed my mind"));
  await expect(second).rejects.toThrow("changed my mind");
  end("a");
  await first;
  await expect(third).rejects.toThrow("broken");
  await turn();
  expect(started).toEqual(["a", "c"]);
  end("c");
  await fourth;
});

test("grows and shrinks while in use", async () => {
  const { started, end, run } = work();
  const semaphore = createSemaphore(1);
  const all = ["a", "b", "c"].map((name) => semaphore.run(NEVER, run(name)));
  semaphore.resize(2);
  await turn();
  expect(started).toEqual(["a", "b"]);
  semaphore.resize(1);
  end("a");
  await turn();
  expect(started).toEqual(["a", "b"]);
  end("b");
  await turn();
  end("c");
  await Promise.all(all);
});
