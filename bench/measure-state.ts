import { Code, ConnectError } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { CommitMode } from "../gen/bedplate/design/v1/design_state_service_pb.js";
import { openDatabase } from "../src/db/open-database.ts";
import { stateClient } from "../test/support/state-service.ts";
import { commit, countChanges, designOf, NODE, nameOf, stage } from "./count-changes.ts";
import { createLimits } from "./state-limits.ts";
import type { Compared, DocumentInit, StateMeasurement } from "./state-result.ts";
import { nodeDocument, siteDocuments } from "./state-site.ts";
import { fanOut } from "./watch-fan-out.ts";
import { createWorkClock, middle, type Took } from "./work-clock.ts";

const READERS = 100;
const WARM_UP = 10;

/** How often each call is made, and the sizes of the two designs. */
export interface StateBench {
  readonly sizes: readonly [small: number, large: number];
  readonly rounds: number;
}

/** Measures the design state on one database, named by a PostgreSQL URL or "memory", in this process, which must be fresh. */
export async function measureState(place: string, { sizes, rounds }: StateBench): Promise<StateMeasurement> {
  const database = await openDatabase(place === "memory" ? { memory: true } : { url: place });
  try {
    const client = stateClient(database);
    const limits = await createLimits(database.db);
    const clock = await createWorkClock(database);
    const compared: Compared[] = [];
    const missing: string[] = [];
    const [small, large] = sizes;
    const documents = siteDocuments(large);
    await commit(client, designOf(small), siteDocuments(small));
    const idle = process.memoryUsage().rss;
    const readLoad = clock.start();
    const { revision } = await commit(client, designOf(large), documents);
    const loaded = readLoad();
    const bare = await clock.time(() => limits.writeRows(documents));
    const limitIs = "the bare rows in one transaction";
    compared.push({
      what: `commit of ${large} nodes, ${revision?.counters?.rowsWritten} rows`,
      took: loaded,
      limit: bare,
      limitIs,
    });
    // What the database does by itself when idle; here nothing shall run beside what is measured.
    await database.db.execute(sql`vacuum analyze`);

    compared.push(...(await oneNode()));
    const counted = await countChanges(client, sizes);
    await database.db.execute(sql`vacuum analyze`);
    for (const [what, call] of reads()) await addRead(what, call);
    await optional("Watch", async () => {
      const took = await fanOut(client, designOf(large), READERS, rounds, changed(large), clock);
      const atLeast: Took[] = [];
      for (let round = 0; round < rounds; round++) atLeast.push(await clock.time(limits.writeOneRow));
      const what = `watch: from commit to the last of ${READERS} readers`;
      compared.push({ what, took, limit: middle(atLeast), limitIs: "a single-row transaction" });
    });
    const memory = process.resourceUsage().maxRSS / 1024 - idle / 1024 / 1024;
    return { sizes, compared, counted, missing, memory };

    /** Interleaved with their limit, so that a busy moment hits both. */
    async function oneNode(): Promise<readonly Compared[]> {
      const times = { whole: [] as Took[], alone: [] as Took[], small: [] as Took[], limit: [] as Took[] };
      // The first ones find everything cold: what is measured is a server that has run for a while.
      for (let round = -WARM_UP; round < rounds; round++) {
        if (round === 0) for (const each of Object.values(times)) each.length = 0;
        times.limit.push(await clock.time(limits.writeOneRow), await clock.time(limits.writeOneRow));
        const inLarge = await timedCommit(designOf(large), changed(large)(round));
        times.whole.push(inLarge.whole);
        times.alone.push(inLarge.alone);
        times.small.push((await timedCommit(designOf(small), changed(small)(round))).alone);
      }
      const limit = middle(times.limit);
      const shared = { limit, limitIs: "a single-row transaction", most: 50 };
      return [
        { what: "one-node commit: OpenChange, PutDocuments, Commit", took: middle(times.whole), ...shared },
        { what: "one-node commit: Commit alone", took: middle(times.alone), inSmall: middle(times.small), ...shared },
      ];
    }

    async function timedCommit(design: string, document: DocumentInit) {
      const whole = clock.start();
      const changeId = await stage(client, design, [document]);
      const alone = clock.start();
      const { changed } = await client.commit({ changeId, mode: CommitMode.PATCH });
      if (!changed) throw new Error("a commit that changed nothing measures nothing");
      return { alone: alone(), whole: whole() };
    }

    function reads(): ReadonlyArray<readonly [string, (design: string) => Promise<unknown>]> {
      const kind = "Node";
      const name = nameOf(NODE);
      return [
        ["get one item", (design) => client.getItem({ design, kind, name })],
        ["get one item as of revision 1", (design) => client.getItem({ design, kind, name, revision: 1n })],
        [
          "list the 40 nodes of a rack by filter",
          (design) => client.listItems({ design, kind, filter: 'rack == "r0001"' }),
        ],
        ["diff of neighbours, effective", (design) => diffNewest(design)],
        [
          "explain one value",
          (design) => client.explain({ design, kind, name, path: 'interfaces["bond0"].device_link' }),
        ],
      ];
    }

    async function diffNewest(design: string) {
      const { design: head } = await client.getDesign({ design });
      const newest = head?.revision ?? 0n;
      return client.diffRevisions({ design, fromRevision: newest - 1n, toRevision: newest, effective: true });
    }

    function addRead(what: string, call: (design: string) => Promise<unknown>) {
      return optional(what, async () => {
        const times = { large: [] as Took[], small: [] as Took[], limit: [] as Took[] };
        for (let round = 0; round < WARM_UP; round++) await call(designOf(large));
        for (let round = 0; round < rounds; round++) {
          times.limit.push(await clock.time(limits.readOneRow));
          times.large.push(await clock.time(() => call(designOf(large))));
          times.small.push(await clock.time(() => call(designOf(small))));
        }
        const limit = middle(times.limit);
        compared.push({
          what,
          took: middle(times.large),
          inSmall: middle(times.small),
          limit,
          limitIs: "reading one row",
        });
      });
    }

    async function optional(what: string, work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof ConnectError) || error.code !== Code.Unimplemented) throw error;
        missing.push(what);
      }
    }
  } finally {
    await database.close();
  }
}

function changed(size: number): (round: number) => DocumentInit {
  return (round) => nodeDocument(size, NODE, { description: `round ${round}` });
}
