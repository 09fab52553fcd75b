import { expect, test } from "vitest";
import { withDatabase } from "../../test/support/database.ts";
import { announce, onAnnounced } from "./announce.ts";
import { withTransaction } from "./with-transaction.ts";

test("what a transaction announces is heard once it is committed, and by nobody when it is rolled back", () =>
  withDatabase(async ({ db }) => {
    const heard: string[] = [];
    onAnnounced(db, "a", () => heard.push("a"));
    const deaf = onAnnounced(db, "b", () => heard.push("b"));
    await withTransaction(db, async (tx) => {
      announce(tx, "a");
      announce(tx, "a");
      announce(tx, "nobody's");
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(["a"]);
    const failing = withTransaction(db, (tx) => {
      announce(tx, "a");
      return Promise.reject(new Error("no"));
    });
    await expect(failing).rejects.toThrow("no");
    expect(heard).toEqual(["a"]);
    deaf();
    await withTransaction(db, async (tx) => {
      announce(tx, "b");
      announce(tx, "a");
    });
    expect(heard).toEqual(["a", "a"]);
  }));

test("what is announced in a transaction inside another is heard when the outer one is committed", () =>
  withDatabase(async ({ db }) => {
    const heard: string[] = [];
    onAnnounced(db, "a", () => heard.push("a"));
    await withTransaction(db, async (tx) => {
      await withTransaction(tx, async (inner) => announce(inner, "a"));
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(["a"]);
  }));
