import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, nodeDocument, type StateClient, smallSite, withState } from "../support/state-service.ts";

const design = "lab";

async function threeRevisions(client: StateClient): Promise<void> {
  await commitTo(client, "site", smallSite(1));
  await commitTo(client, "site", [nodeDocument(1)]);
  await commitTo(client, "site", [nodeDocument(2)]);
}

test("a revision is found by the name somebody gave it, and tells all its names", () =>
  withState(async (client) => {
    await threeRevisions(client);
    const tagged = await client.tagRevision({ design, revision: 2n, tag: "v1.0" });
    expect(tagged.revision).toMatchObject({ number: 2n, tags: ["v1.0"] });
    await client.tagRevision({ design, tag: "newest" });
    expect((await client.tagRevision({ design, revision: 2n, tag: "accepted" })).revision?.tags).toEqual([
      "accepted",
      "v1.0",
    ]);
    expect((await client.getRevision({ design, tag: "v1.0" })).revision).toMatchObject({
      number: 2n,
      tags: ["accepted", "v1.0"],
    });
    expect((await client.getRevision({ design, revision: 1n, tag: "v1.0" })).revision).toMatchObject({ number: 1n });
    const listed = (await client.listRevisions({ design })).revisions.map(({ number, tags }) => [number, tags]);
    expect(listed).toEqual([
      [3n, ["newest"]],
      [2n, ["accepted", "v1.0"]],
      [1n, []],
    ]);
  }));

test("a name stays with its revision unless it is moved", () =>
  withState(async (client) => {
    await threeRevisions(client);
    await client.tagRevision({ design, revision: 1n, tag: "good" });
    expect((await client.tagRevision({ design, revision: 1n, tag: "good" })).revision?.tags).toEqual(["good"]);
    expect(await failureOf(client.tagRevision({ design, revision: 2n, tag: "good" }))).toMatchObject({
      code: "AlreadyExists",
      message: 'the tag "good" names revision 1 of design "lab"',
    });
    expect((await client.tagRevision({ design, revision: 2n, tag: "good", move: true })).revision?.tags).toEqual([
      "good",
    ]);
    expect((await client.getRevision({ design, revision: 1n })).revision?.tags).toEqual([]);
    await client.deleteTag({ design, tag: "good" });
    await client.deleteTag({ design, tag: "good" });
    expect((await client.getRevision({ design, revision: 2n })).revision?.tags).toEqual([]);
  }));

test("what is no name, or nobody's, is refused", () =>
  withState(async (client) => {
    await threeRevisions(client);
    for (const tag of ["7", "head", "", "-v1", "a/b", "x".repeat(129)]) {
      expect(await failureOf(client.tagRevision({ design, tag }))).toMatchObject({ code: "InvalidArgument" });
    }
    expect(await failureOf(client.tagRevision({ design, tag: "v1", revision: 9n }))).toMatchObject({
      code: "NotFound",
    });
    await client.tagRevision({ design, tag: "v1.0" });
    expect(await failureOf(client.getRevision({ design, tag: "v1.O" }))).toMatchObject({
      code: "NotFound",
      message: 'there is no revision tagged "v1.O" in design "lab"; did you mean "v1.0"?',
    });
    expect(await failureOf(client.deleteTag({ design: "lap", tag: "v1.0" }))).toMatchObject({ code: "NotFound" });
  }));

test("two designs have the same name for revisions of their own", () =>
  withState(async (client) => {
    await threeRevisions(client);
    await commitTo(client, "site", smallSite(1), { design: "other" });
    await client.tagRevision({ design, revision: 3n, tag: "v1" });
    await client.tagRevision({ design: "other", tag: "v1" });
    expect((await client.getRevision({ design, tag: "v1" })).revision?.number).toBe(3n);
    expect((await client.getRevision({ design: "other", tag: "v1" })).revision?.number).toBe(1n);
  }));

test("a design has a bounded number of tags, and a revision too", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    for (let index = 1; index <= 10; index++) await commitTo(client, "site", [nodeDocument(index)]);
    for (let index = 0; index < 1000; index++) {
      await client.tagRevision({ design, revision: BigInt(1 + Math.floor(index / 100)), tag: `t${index}` });
    }
    expect(await failureOf(client.tagRevision({ design, revision: 11n, tag: "more" }))).toMatchObject({
      code: "ResourceExhausted",
      message: 'design "lab" has 1000 tags already',
    });
    expect(await failureOf(client.tagRevision({ design, revision: 1n, tag: "t500", move: true }))).toMatchObject({
      code: "ResourceExhausted",
      message: 'revision 1 of design "lab" has 100 tags already',
    });
    await client.tagRevision({ design, revision: 11n, tag: "t500", move: true });
    await client.tagRevision({ design, revision: 11n, tag: "t501", move: true });
    await client.deleteTag({ design, tag: "t0" });
    await client.tagRevision({ design, revision: 11n, tag: "more" });
  }));

test("a revision is found by the moment it was the head", () =>
  withState(async (client) => {
    await threeRevisions(client);
    const { revisions } = await client.listRevisions({ design });
    for (const { number, createdAt } of revisions) {
      if (createdAt === undefined) throw new Error("a revision without a time");
      // Revisions may have come in one millisecond, and then the newest of them was the head.
      const found = (await client.getRevision({ design, at: { ...createdAt, nanos: 999_999_999 } })).revision;
      expect(found?.number).toBeGreaterThanOrEqual(number);
    }
    const before = timestampFromDate(new Date(0));
    expect(await failureOf(client.getRevision({ design, at: before }))).toMatchObject({ code: "NotFound" });
    const tomorrow = timestampFromDate(new Date(Date.now() + 86_400_000));
    expect((await client.getRevision({ design, at: tomorrow })).revision?.number).toBe(3n);
    expect(await failureOf(client.getRevision({ design, at: before, tag: "v1" }))).toMatchObject({
      code: "InvalidArgument",
    });
  }));
