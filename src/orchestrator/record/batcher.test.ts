import { expect, test } from "vitest";
import { createBatcher } from "./batcher.ts";

interface Item {
  readonly group: string;
  readonly key: string;
}

function batches(work: (batch: readonly Item[]) => Promise<readonly string[]>, most = 10) {
  return createBatcher<Item, string>({
    delayMs: 0,
    most,
    groupOf: ({ group }) => group,
    keyOf: ({ key }) => key,
    work,
  });
}

test("does together what came together, in order: one group, each key once, no more than it may", async () => {
  const done: string[] = [];
  const { add } = batches(async (batch) => {
    done.push(batch.map(({ group, key }) => group + key).join(" "));
    return batch.map(({ key }) => `did ${key}`);
  }, 2);
  const items: Item[] = ["a1", "a2", "a3", "a3", "b1"].map((text) => ({ group: text.charAt(0), key: text.charAt(1) }));
  expect(await Promise.all(items.map(add))).toEqual(["did 1", "did 2", "did 3", "did 3", "did 1"]);
  expect(done).toEqual(["a1 a2", "a3", "a3", "b1"]);
});

test("an item that must wait for the earlier one of its key holds up no others, and is not overtaken by a later one", async () => {
  const done: string[] = [];
  const { add } = createBatcher<Item & { readonly turn: number }, void>({
    delayMs: 0,
    most: 10,
    groupOf: ({ group }) => group,
    keyOf: ({ key }) => key,
    async work(batch) {
      done.push(batch.map(({ group, key, turn }) => `${group}${key}:${turn}`).join(" "));
      return batch.map(() => undefined);
    },
  });
  const texts = ["a1", "a1", "b1", "a2", "a1", "a3"];
  await Promise.all(texts.map((text, turn) => add({ group: text.charAt(0), key: text.charAt(1), turn })));
  expect(done).toEqual(["a1:0 a2:3 a3:5", "a1:1", "b1:2", "a1:4"]);
});

test("a batch that fails fails its items and no others", async () => {
  const { add, idle } = batches(async (batch) => {
    if (batch[0]?.group === "bad") throw new Error("broken");
    return batch.map(() => "done");
  });
  const results = await Promise.allSettled([add({ group: "bad", key: "1" }), add({ group: "good", key: "1" })]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  await idle();
  expect(await add({ group: "good", key: "2" })).toBe("done");
});
