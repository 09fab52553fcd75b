/** Gathers what many ask for at the same time, and does it together. */
export interface Batcher<Item, Result> {
  /** Adds an item to the next batch and resolves with what came of it once the batch is done. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far is done. */
  idle(): Promise<void>;
}

/** What a batcher needs. */
export interface BatcherOptions<Item, Result> {
  /** How long the first item of a batch waits for others, in milliseconds, the batch before it included. */
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
  readonly group: string;
  readonly key: string;
  readonly since: number;
  readonly done: PromiseWithResolvers<Result>;
}

/** Makes a batcher. Items of one group and key are done in the order they came; others may overtake them. */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  let queue: Entry<Item, Result>[] = [];
  let running: Promise<void> | undefined;

  /** Takes what fits together, and leaves the rest in its order. */
  const nextBatch = (): Entry<Item, Result>[] => {
    const batch: Entry<Item, Result>[] = [];
    const rest: Entry<Item, Result>[] = [];
    const keys = new Set<string>();
    const group = queue[0]?.group;
    let weight = 0;
    for (const entry of queue) {
      const more = weight + (options.weightOf?.(entry.item) ?? 1);
      const fits = entry.group === group && !keys.has(entry.key) && (more <= options.most || batch.length === 0);
      if (fits) weight = more;
      (fits ? batch : rest).push(entry);
      // One that was left must not be overtaken by a later one of its key.
      if (entry.group === group) keys.add(entry.key);
    }
    queue = rest;
    return batch;
  };
  const run = async (): Promise<void> => {
    for (let [first] = queue; first !== undefined; [first] = queue) {
      const left = Math.max(0, options.delayMs - (performance.now() - first.since));
      // A batch that is full has nothing to wait for.
      if (queue.length < options.most) await new Promise((resolve) => setTimeout(resolve, left));
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
      const since = performance.now();
      queue.push({ item, group: options.groupOf(item), key: options.keyOf(item), since, done });
      running ??= run();
      return done.promise;
    },
    idle: async () => running,
  };
}
