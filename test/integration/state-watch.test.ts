import { expect, test } from "vitest";
import { withDatabase } from "../support/database.ts";
import { commitTo, nodeDocument, smallSite } from "../support/state-service.ts";
import { inWords, type WatchedState, watch, watchedState } from "../support/watched-state.ts";

const LONG = 600_000;

/** Runs work with a state service that looks for others' changes hardly ever, so that what arrives was seen at once. */
function withWatched(work: (state: WatchedState) => Promise<void>): Promise<void> {
  return withDatabase((database) => work(watchedState(database, { pollMs: LONG, idleMs: LONG })));
}

test("a commit is told item by item in the order of kind and name, then as a revision", () =>
  withWatched(async ({ client }) => {
    await commitTo(client, "site", smallSite(2));
    const watching = watch(client, {});
    expect((await watching.take(8)).map(inWords)).toEqual([
      "1 HardwareProfile/box added in 1",
      "2 HostProfile/base added in 1",
      "3 Network/mgmt added in 1",
      "4 NetworkLink/access added in 1",
      "5 Node/n000 added in 1",
      "6 Node/n001 added in 1",
      "7 Site/lab added in 1",
      "8 revision 1",
    ]);
    const next = watching.take(4);
    await commitTo(client, "site", [nodeDocument(0, { metadata: { rack: "r1" } }), nodeDocument(2)], {
      deletions: [{ kind: "Node", name: "n001" }],
    });
    expect((await next).map(inWords)).toEqual([
      "9 Node/n000 changed in 2",
      "10 Node/n001 deleted in 2",
      "11 Node/n002 added in 2",
      "12 revision 2",
    ]);
    await watching.end();
  }));
