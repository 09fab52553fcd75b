/** Gathers what many ask for at the same time, and does it together. */
export interface Batcher<Item, Result> {
  /** Adds an item to the next batch and resolves with what came of it once the batch is done. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far is done. */
  idle(): Promise<void>;
}

/** What a batcher needs. */
export interface BatcherOptions<Item, Result> {
  /** How long the first item of a batch waits for others, in milliseconds. */
  readonly delayMs: number;
  /** Most items of a batch, or most of their weight together; an item of more is a batch of its own. */
  readonly most: number;
  /** What an item weighs; 1 when absent. */
  readonly weightOf?: (item: Item) => number;
  /** Items of one batch have one group. */
  readonly groupOf: (item: Item) => string;
  /** No two items of one batch have the same key: the later one waits for the next batch. */
  readonly keyOf: (item: Item) => string;
  /** Does a batch and gives one result for each of its items, in order. One batch at a time. */
  readonly work: (batch: readonly Item[]) => Promise<readonly Result[]>;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly done: PromiseWithResolvers<Result>;
}

/** Makes a batcher. Items are done in the order they came. */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const queue: Entry<Item, Result>[] = [];
  let running: Promise<void> | undefined;

  const nextBatch = (): Entry<Item, Result>[] => {
    const batch: Entry<Item, Result>[] = [];
    const keys = new Set<string>();
    const [first] = queue;
    let weight = 0;
    const group = first === undefined ? "" : options.groupOf(first.item);
    for (const entry of queue) {
      const key = options.keyOf(entry.item);
      weight += options.weightOf?.(entry.item) ?? 1;
      const full = weight > options.most && batch.length > 0;
      if (full || keys.has(key) || options.groupOf(entry.item) !== group) break;
      batch.push(entry);
      keys.add(key);
    }
    queue.splice(0, batch.length);
    return batch;
  };
  const run = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, options.delayMs));
    while (queue.length > 0) {
      const batch = nextBatch();
      try {
        const results = await options.work(batch.map(({ item }) => item));
        for (const [index, { done }] of batch.entries()) done.resolve(results[index] as Result);
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    running = undefined;
  };
  return {
    add(item) {
      const done = Promise.withResolvers<Result>();
      queue.push({ item, done });
      running ??= run();
      return done.promise;
    },
    idle: async () => running,
  };
}
