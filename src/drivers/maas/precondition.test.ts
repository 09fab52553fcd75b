import { describe, expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { type Fact, readPrecondition, writePrecondition } from "./precondition.ts";

const some: Fact[] = [
  { key: "subnet 10.1.0.0/24", digest: "a" },
  { key: "vlan pxe/0", digest: "b" },
];

function many(count: number): Fact[] {
  return Array.from({ length: count }, (_, index) => ({ key: `subnet 10.${index}`, digest: `${index}` }));
}

describe("a precondition", () => {
  test("finds nothing where nothing changed, in any order", () => {
    const token = readPrecondition(writePrecondition(some, 4));
    expect(token?.changed([...some].reverse())).toEqual([]);
    expect(token?.status).toBe(4);
  });

  test("names what differs, what is new and what is gone", () => {
    const token = readPrecondition(writePrecondition(some));
    const [subnet] = some as [Fact];
    const moved = { ...subnet, digest: "c" };
    const fresh = { key: "vlan data/0", digest: "d" };
    expect(token?.changed([moved, fresh])).toEqual([moved, fresh]);
    expect(
      token?.vanished(
        [moved, fresh],
        some.map(({ key }) => key),
      ),
    ).toEqual(["vlan pxe/0"]);
    expect(token?.status).toBeUndefined();
  });

  test.each([0, 1, 360, 361, 5000])("of %i objects stays within its bound and notices one change", (count) => {
    const facts = many(count);
    const source = writePrecondition(facts, 21, { operationId: "op", changed: true, started: true, waits: 12_345 });
    expect(source.length).toBeLessThanOrEqual(4096);
    const token = readPrecondition(source);
    expect(token?.changed(facts)).toEqual([]);
    const last = facts.at(-1);
    if (last === undefined) return;
    const suspects = token?.changed([...facts.slice(0, -1), { ...last, digest: "other" }]).map(({ key }) => key);
    expect(suspects).toContain(last.key);
  });

  test("keeps an operation's progress for that operation only", () => {
    const progress = { operationId: "op-1", changed: true, started: true, waits: 3 };
    const token = readPrecondition(writePrecondition(some, 4, progress));
    expect(token?.progress("op-1")).toEqual(progress);
    expect(token?.progress("op-2")).toEqual({ operationId: "op-2", changed: false, started: false, waits: 0 });
  });

  test("that is empty is none, and one that is no token is refused", () => {
    expect(readPrecondition("")).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (source) => {
        fc.pre(source !== "" && !source.startsWith("m1."));
        expect(() => readPrecondition(source)).toThrow("not a token of this driver");
      }),
    );
  });
});
