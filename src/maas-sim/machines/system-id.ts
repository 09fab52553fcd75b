import type { SimState } from "../state.ts";

const ALPHABET = "346789abcdefghknpqrstwxy";

/** The next system id: six characters, the same in every run. */
export function nextSystemId(state: SimState): string {
  let seed = (state.nextId("machine") * 7_368_787 + 11_111_111) % ALPHABET.length ** 6;
  let id = "";
  for (let position = 0; position < 6; position += 1) {
    id += ALPHABET[seed % ALPHABET.length];
    seed = Math.floor(seed / ALPHABET.length);
  }
  return id;
}
