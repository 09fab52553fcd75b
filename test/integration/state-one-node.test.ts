import { expect, test } from "vitest";
import { commit, countChanges, designOf } from "../../bench/count-changes.ts";
import { siteDocuments } from "../../bench/state-site.ts";
import { withState } from "../support/state-service.ts";

test(
  "a change of one node reads, resolves, checks and writes as much in a small site as in one ten times larger",
  () =>
    withState(async (client) => {
      const sizes = [80, 800] as const;
      for (const size of sizes) {
        const { revision } = await commit(client, designOf(size), siteDocuments(size));
        expect(revision).toMatchObject({ valid: true });
      }
      const counted = await countChanges(client, sizes);
      expect(counted.map(({ what, large }) => ({ what, ...large }))).toEqual(
        counted.map(({ what, small }) => ({ what, ...small })),
      );
      for (const { large } of counted) expect(large.documents_read).toBeLessThan(20);
    }),
  120_000,
);
