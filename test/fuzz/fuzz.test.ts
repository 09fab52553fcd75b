import { describe, expect, it } from "vitest";
import { checkInput } from "./check-input.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import { startingInputs } from "./starting-inputs.ts";

const designs = startingInputs();
const files = designs.flat();

const input = (seed: number) => {
  const random = createRandom(seed);
  return mutate(random.of(designs), files, random);
};

describe("mutated designs", () => {
  it("are always the same for a seed, and others for another one", () => {
    expect(input(7)).toEqual(input(7));
    expect(input(7)).not.toEqual(input(8));
  });

  it("are read to their end without a fault", () => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 150; seed++) {
      const fault = checkInput(input(seed));
      if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it("are read without a fault before they are mutated", () => {
    expect(designs.map(checkInput).filter((fault) => fault !== undefined)).toEqual([]);
  });
});

describe("minimising", () => {
  it("leaves what the failure needs", async () => {
    const text = Array.from({ length: 50 }, (_, index) => (index === 30 ? "a: BAD1" : `key${index}: 1`)).join("\n");
    const whole = [
      { uri: "a.yaml", text: "x: 1" },
      { uri: "b.yaml", text },
    ];
    expect(await minimise(whole, async (each) => each.some((file) => file.text.includes("BAD")))).toEqual([
      { uri: "b.yaml", text: "BAD" },
    ]);
  });
});
