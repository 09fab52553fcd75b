import type postgres from "postgres";

/** How often a text is run before it is prepared: one that is run once or twice isn't worth it. */
const FIRST_PREPARED = 3;
/** How many texts are prepared at most. Each is kept by every connection of the server, some tens of kilobytes with its plan. */
const MOST_PREPARED = 400;
/** How many texts are counted at most; then counting begins anew. */
const MOST_COUNTED = 4000;

/**
 * The same client, whose statements are prepared when they are used often. One that isn't takes two round trips, and is parsed and planned each time, which for most of
 * ours takes longer than carrying it out. A URL that says `prepare=false`, for a pooler that can't have it, is obeyed.
 */
export function prepareOftenUsed(client: postgres.Sql): postgres.Sql {
  if (!client.options.prepare) return client;
  const uses = new Map<string, number>();
  const prepared = new Set<string>();
  const isPrepared = (text: string): boolean => {
    if (prepared.has(text)) return true;
    if (prepared.size >= MOST_PREPARED) return false;
    const count = (uses.get(text) ?? 0) + 1;
    if (uses.size >= MOST_COUNTED) uses.clear();
    if (count < FIRST_PREPARED) {
      uses.set(text, count);
      return false;
    }
    uses.delete(text);
    prepared.add(text);
    return true;
  };
  return preparing(client, isPrepared);
}

type Begin = (work: (tx: postgres.Sql) => unknown) => unknown;

function preparing<Client extends postgres.Sql>(client: Client, isPrepared: (text: string) => boolean): Client {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name === "unsafe") {
        return (
          text: string,
          values: postgres.ParameterOrJSON<never>[] = [],
          options: postgres.UnsafeQueryOptions = {},
        ) => target.unsafe(text, values, { ...options, prepare: values.length > 0 && isPrepared(text) });
      }
      if (name === "begin" || name === "savepoint") {
        return (...parameters: unknown[]) => {
          const work = parameters.pop() as Parameters<Begin>[0];
          const run = value.bind(target) as (...all: unknown[]) => unknown;
          return run(...parameters, (tx: postgres.Sql) => work(preparing(tx, isPrepared)));
        };
      }
      return value.bind(target);
    },
  });
}
