import {
  type ParserOptions,
  type PGlite,
  parse,
  protocol,
  type QueryOptions,
  type Results,
} from "@electric-sql/pglite";
import { sqlState } from "./sql-state.ts";

/** How often a text is run before it is prepared: one that is run once or twice isn't worth it. */
const FIRST_PREPARED = 3;
/** How many texts are prepared at most; each is kept with its plan. */
const MOST_PREPARED = 400;
/** How many texts are counted at most; then counting begins anew. */
const MOST_COUNTED = 4000;
/** What the database says of a statement whose result has other columns than when it was prepared. */
const OUTDATED = "0A000";
/** So long statements may follow each other before timers and sockets have their turn. */
const TURN_MS = 10;

type Query = (text: string, params?: unknown[], options?: QueryOptions) => Promise<Results<unknown>>;

interface Prepared {
  readonly name: string;
  /** Type of each parameter, as the database numbers them. */
  readonly types: readonly number[];
}

/**
 * The same embedded database, whose statements are prepared when they are used often, and sent in one message where PGlite sends six: the database runs in this
 * thread, so that each message, parse and plan is time nobody else has. Results, errors and transactions are PGlite's own. Statements that follow each other
 * without a pause let others have their turn now and then, which PGlite's don't.
 */
export function quickPglite(pglite: PGlite): PGlite {
  const statements = createStatements(pglite);
  let turnBegan = 0;

  const breathe = async (): Promise<void> => {
    if (performance.now() - turnBegan < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    turnBegan = performance.now();
  };
  const queryBy =
    (own: Query, isInTransaction: boolean): Query =>
    async (text, params = [], options = {}) => {
      await breathe();
      const isPlain = Object.keys(options).every((key) => key === "rowMode" || key === "parsers");
      if (!isPlain || pglite.closed || !statements.isWorthIt(text)) return own(text, params, options);
      const run = () => pglite._runExclusiveQuery(() => statements.run(text, params, options));
      if (isInTransaction) return run();
      return pglite._runExclusiveTransaction(async () => {
        const result = await run().catch((error) => {
          if (sqlState(error) !== OUTDATED) throw error;
          return run();
        });
        await pglite.syncToFs();
        return result;
      });
    };
  /** The same object, its queries quick. */
  const quicken = <On extends object>(on: On, isInTransaction: boolean): On =>
    new Proxy(on, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        const bound = value.bind(target);
        if (name === "query") return queryBy(bound, isInTransaction);
        if (name !== "transaction") return bound;
        return (work: (tx: object) => unknown) => bound((tx: object) => work(quicken(tx, true)));
      },
    });
  return quicken(pglite, false);
}

interface Statements {
  /** Whether a text is used so often that it shall be prepared. Counts it. */
  isWorthIt(text: string): boolean;
  /** Runs a text, prepared now or earlier. Nothing else may run meanwhile. */
  run(text: string, params: readonly unknown[], options: QueryOptions): Promise<Results<unknown>>;
}

function createStatements(pglite: PGlite): Statements {
  const uses = new Map<string, number>();
  const prepared = new Map<string, Prepared>();
  const parsers = new Map<string, PGlite["parsers"]>();
  const { serialize } = protocol;

  /** Merging hundreds of parsers takes longer than many a statement, and those that come with queries are the same again and again. */
  const parsersWith = (given: ParserOptions | undefined): PGlite["parsers"] => {
    if (given === undefined) return pglite.parsers;
    const key = Object.keys(given).join();
    const merged = parsers.get(key) ?? { ...pglite.parsers, ...given };
    parsers.set(key, merged);
    return merged;
  };
  let names = 0;
  const prepare = async (text: string): Promise<Prepared> => {
    const name = `quick_${names++}`;
    const message = join([serialize.parse({ text, name }), serialize.describe({ type: "S", name }), serialize.sync()]);
    const types = parse.parseDescribeStatementResults(await pglite.execProtocolStream(message, { syncToFs: false }));
    const made = { name, types };
    prepared.set(text, made);
    return made;
  };
  return {
    isWorthIt(text) {
      if (prepared.has(text)) return true;
      if (prepared.size >= MOST_PREPARED) return false;
      const count = (uses.get(text) ?? 0) + 1;
      if (uses.size >= MOST_COUNTED) uses.clear();
      uses.set(text, count);
      return count >= FIRST_PREPARED;
    },
    async run(text, params, options) {
      const { name, types } = prepared.get(text) ?? (await prepare(text));
      const values = params.map((value, index) => {
        if (value === null || value === undefined) return null;
        const write = pglite.serializers[types[index] ?? 0];
        return write === undefined ? String(value) : write(value);
      });
      const message = join([
        serialize.bind({ statement: name, values }),
        serialize.describe({ type: "P" }),
        serialize.execute({}),
        serialize.sync(),
      ]);
      const answers = await pglite.execProtocolStream(message, { syncToFs: false }).catch((error) => {
        if (sqlState(error) === OUTDATED) prepared.delete(text);
        throw error;
      });
      const rowMode = options.rowMode === undefined ? {} : { rowMode: options.rowMode };
      const [result] = parse.parseResults(answers, parsersWith(options.parsers), rowMode);
      return result ?? { rows: [], fields: [] };
    },
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
