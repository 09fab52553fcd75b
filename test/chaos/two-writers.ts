import { openDatabase } from "../../src/db/open-database.ts";
import { createRandom } from "../fuzz/random.ts";
import { withDatabaseEnvironment } from "../support/database.ts";
import { commitTo, documentOf, smallSite, stateClient } from "../support/state-service.ts";
import { gatherAttempts, type Report } from "./attempt.ts";
import { checkHistory, type Verdict } from "./check-history.ts";
import { commitAtRandom } from "./commit-at-random.ts";
import { API_LAYER, DESIGN } from "./random-change.ts";
import { startCommitChild } from "./start-child.ts";

/** How much is tried at once. */
export interface ConcurrentWork {
  readonly seed: number;
  /** Callers of each of the two servers. */
  readonly callers: number;
  /** How often each caller tries. */
  readonly attempts: number;
}

/**
 * Lets the callers of two servers over one database change one design at the same time, and checks what came of it. On PostgreSQL the servers are processes of their
 * own; the embedded database admits one process, so there they are two services in it.
 */
export function commitConcurrently(work: ConcurrentWork): Promise<Verdict> {
  return withDatabaseEnvironment(async ({ DATABASE_URL: url }) => {
    const database = await openDatabase(url === undefined ? { memory: true } : { url });
    try {
      const attempts = gatherAttempts();
      await layGround(database, attempts.add);
      const servers = ["one", "two"].map(async (name, index) => {
        const { callers, attempts: each } = work;
        const seed = work.seed * 2 + index;
        if (url === undefined) {
          const client = stateClient(database);
          const loops = Array.from({ length: callers }, (_, caller) => {
            const random = createRandom(seed * 1000 + caller);
            return commitAtRandom(client, { name: `${name}-${caller}`, attempts: each, random, report: attempts.add });
          });
          await Promise.all(loops);
        } else {
          const finished = await startCommitChild({ place: url, name, seed, callers, attempts: each }, attempts.add)
            .gone;
          if (!finished) throw new Error(`the process ${name} was killed by somebody`);
        }
      });
      await Promise.all(servers);
      return await checkHistory(database, attempts);
    } finally {
      await database.close();
    }
  });
}

/** Makes the first two revisions: a small valid site, in the layer "site", and one item in that of API clients. */
export async function layGround(
  database: Parameters<typeof stateClient>[0],
  report: (report: Report) => void,
): Promise<void> {
  const client = stateClient(database);
  const site = [
    ...smallSite(3),
    documentOf("Rack", "r1", {}),
    ...["p1", "p2", "p3"].map((name) => documentOf("HostProfile", name, { host_profile: "base" })),
  ];
  const documents = site.map(({ kind = "", name = "", spec = {} }) => ({ kind, name, spec }));
  const declarations = documents.map((each) => ({ layer: "site", ...each }));
  const words = { layers: ["site"], replaces: false, declarations, deletions: [] };
  report({ trying: { id: "ground", words, base: 0 } });
  const first = documents.map(({ kind, name, spec }) => documentOf(kind, name, spec));
  const { revision, changed } = await commitTo(client, "site", first, { design: DESIGN, message: "ground" });
  report({ id: "ground", answer: { acknowledged: Number(revision?.number), changed } });
  const node = {
    kind: "Node",
    name: "n009",
    spec: { host_profile: "base", addressing: [{ network: "mgmt", address: "10.0.0.99" }] },
  };
  const own = { layers: [API_LAYER], replaces: false, declarations: [{ layer: API_LAYER, ...node }], deletions: [] };
  report({ trying: { id: "api", words: own, base: 1 } });
  const made = await client.createItem({ design: DESIGN, layer: API_LAYER, document: node, message: "api" });
  report({ id: "api", answer: { acknowledged: Number(made.revision?.number), changed: made.changed } });
}
