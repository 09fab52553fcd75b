import fc from "fast-check";

/** What every run takes unless told otherwise, so that a change is judged by the same examples wherever it is tried. */
const FIXED_SEED = 20_261_130;

/**
 * The seed of all property tests of this run: `BEDPLATE_SEED`, a whole number or "random" for another each time; else a
 * fixed one. Throws for anything else.
 */
export function seedOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return FIXED_SEED;
  if (text === "random") return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`BEDPLATE_SEED is a whole number or "random", not "${text}"`);
  return Number(text);
}

const seed = seedOf(process.env.BEDPLATE_SEED);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

/** fast-check with the seed of this run. Property tests take it from here and from nowhere else; biome sees to that. */
export { fc };
