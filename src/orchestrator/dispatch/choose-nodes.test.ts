import { describe, expect, it } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { chooseNodes, fullPlaces } from "./choose-nodes.ts";

const place = (letter: string) => fc.constantFrom("", `${letter}1`, `${letter}2`, `${letter}3`);
const waiting = fc
  .array(fc.record({ rack: place("r"), driver: place("d"), bmc: place("b") }), { maxLength: 30 })
  .map((nodes) => nodes.map((node, index) => ({ node: `n${index}`, ...node })));
const bound = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const bounds = fc
  .record({ rack: bound, driver: bound, bmc: bound })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
const busy = fc.dictionary(fc.constantFrom("r1", "r2"), fc.nat({ max: 5 })).map((counts) => ({
  rack: new Map(Object.entries(counts)),
}));

describe("the nodes that may begin", () => {
  it("are as many as fit, in order, and bring no place over its bound", () => {
    fc.assert(
      fc.property(waiting, fc.nat({ max: 20 }), bounds, busy, (nodes, most, limits, atWork) => {
        const chosen = chooseNodes(nodes, most, limits, atWork);
        expect(chosen.length).toBeLessThanOrEqual(most);
        expect(chosen).toEqual(nodes.filter((node) => chosen.includes(node)));
        const atLast = (scope: "rack" | "driver" | "bmc", at: string): number =>
          (scope === "rack" ? (atWork.rack.get(at) ?? 0) : 0) + chosen.filter((node) => node[scope] === at).length;
        for (const node of chosen) {
          for (const scope of ["rack", "driver", "bmc"] as const) {
            if (node[scope] !== "" && limits[scope] !== undefined)
              expect(atLast(scope, node[scope])).toBeLessThanOrEqual(limits[scope]);
          }
        }
        // Whoever was left out had no room.
        for (const node of nodes.filter((each) => !chosen.includes(each))) {
          const full = (["rack", "driver", "bmc"] as const).some(
            (scope) => node[scope] !== "" && limits[scope] !== undefined && atLast(scope, node[scope]) >= limits[scope],
          );
          expect(full || chosen.length === most).toBe(true);
        }
      }),
    );
  });

  it("are in none of the full places", () => {
    expect(
      fullPlaces(
        { rack: 2 },
        {
          rack: new Map([
            ["r1", 2],
            ["r2", 1],
          ]),
          driver: new Map([["d1", 9]]),
        },
      ),
    ).toEqual({
      rack: ["r1"],
      driver: [],
      bmc: [],
    });
  });
});
