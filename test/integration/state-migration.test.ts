import { expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { withLastingDatabase } from "../support/database.ts";
import { takeBackTo } from "../support/earlier-database.ts";
import { commitTo, nodeDocument, type StateClient, smallSite, stateClient } from "../support/state-service.ts";

/** Everything a design shows of a revision, without the counters of what making it took. */
async function shown(client: StateClient, revision: bigint) {
  const about = { design: "lab", revision };
  const { items } = await client.listItems({ ...about, pageSize: 100 });
  const { items: raw } = await client.listRawItems({ ...about, pageSize: 100 });
  const { diagnostics } = await client.listDiagnostics({ ...about, pageSize: 100 });
  const { layers } = await client.listLayers(about);
  return { items, raw, diagnostics, layers };
}

async function using<Result>(database: Database, work: (client: StateClient) => Promise<Result>): Promise<Result> {
  try {
    return await work(stateClient(database));
  } finally {
    await database.close();
  }
}

const patch = (index: number, serial: string) => [nodeDocument(index, { metadata: { owner_data: { serial } } })];

// The first schema, and the last whose traces say nothing of ancestors.
test.each(["0000_first", "0002_source_fingerprint"])(
  "a database as of %s keeps what it holds, is written, and then by what changes",
  (last) =>
    withLastingDatabase(async (open) => {
      const before = await using(await open(), async (client) => {
        await commitTo(client, "site", smallSite(12));
        await commitTo(client, "site", [nodeDocument(3, { host_profile: "bse" })]);
        return [await shown(client, 1n), await shown(client, 2n)];
      });
      const earlier = await open();
      try {
        await takeBackTo(earlier.db, last);
      } finally {
        await earlier.close();
      }
      await using(await open(), async (client) => {
        expect([await shown(client, 1n), await shown(client, 2n)]).toEqual(before);
        // Mends the wrong reference, over the whole design unless there are traces of it.
        const mended = await commitTo(client, "site", [nodeDocument(3)]);
        expect(mended.revision).toMatchObject({ number: 3n, valid: true });
        const digests = async (revision: bigint) => (await shown(client, revision)).items.map(({ digest }) => digest);
        expect(await digests(3n)).toEqual(await digests(1n));
        const next = await commitTo(client, "site", patch(5, "b"));
        expect(next.revision?.counters).toMatchObject({ itemsResolved: 1 });
      });
    }),
);
