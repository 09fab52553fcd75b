import { expect, test } from "vitest";
import { parseRevisionWord, revisionOf } from "./revision-word.ts";

const seconds = BigInt(Date.UTC(2026, 10, 30, 12, 0, 5) / 1000);

test("a revision is told by number, tag or time", () => {
  expect(parseRevisionWord("7")).toEqual({ type: "number", number: 7n });
  expect(parseRevisionWord("head")).toEqual({ type: "number", number: 0n });
  expect(parseRevisionWord("v1.0")).toEqual({ type: "tag", tag: "v1.0" });
  // A day alone is a name as people give it: no moment.
  expect(parseRevisionWord("2026-11-30")).toEqual({ type: "tag", tag: "2026-11-30" });
  expect(parseRevisionWord("2026-11-30T12:00:05.25Z")).toEqual({
    type: "moment",
    at: { seconds, nanos: 250_000_000 },
  });
  expect(parseRevisionWord("2026-11-30T13:00:05.000+01:00")).toEqual({ type: "moment", at: { seconds, nanos: 0 } });
  expect(parseRevisionWord("2026-11-30t12:00z")).toEqual({ type: "moment", at: { seconds: seconds - 5n, nanos: 0 } });
});

test("a time as history prints it is the end of its second", () => {
  expect(parseRevisionWord("2026-11-30 12:00:05Z")).toEqual({ type: "moment", at: { seconds, nanos: 999_999_999 } });
});

test.each(["", "-1", "v1-", "a b", "1".repeat(19), "2026-11-30T12:00:05", "2026-11-30T25:00:05Z"])(
  "%j is no revision",
  (text) => {
    expect(() => parseRevisionWord(text)).toThrow(/is no revision/);
  },
);

test("the server is asked for tags and times, and for no number", async () => {
  const asked: unknown[] = [];
  const source = {
    getRevision: (request: object) => {
      asked.push(request);
      return Promise.resolve({ revision: { number: 4n } });
    },
  };
  const numbers = [];
  for (const word of ["3", "head", "v1", "2026-11-30T12:00Z"]) {
    numbers.push(await revisionOf(source, "lab", parseRevisionWord(word)));
  }
  expect(numbers).toEqual([3n, 0n, 4n, 4n]);
  expect(asked).toEqual([
    { design: "lab", tag: "v1" },
    { design: "lab", at: { seconds: seconds - 5n, nanos: 0 } },
  ]);
});
