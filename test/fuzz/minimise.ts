import type { FuzzInput } from "./input.ts";

/** How long is tried at most, so that a slow failure is told in time. */
const longestMs = 30_000;

/**
 * A smaller input that fails in the same way: without the files, the lines and at last the characters it can do without. `fails` says whether an input still does.
 */
export async function minimise(input: FuzzInput, fails: (input: FuzzInput) => Promise<boolean>): Promise<FuzzInput> {
  let best = input;
  const end = performance.now() + longestMs;
  const attempt = async (candidate: FuzzInput) => {
    if (performance.now() > end || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (const { uri } of input) {
    if (best.length > 1) await attempt(best.filter((file) => file.uri !== uri));
  }
  for (const { uri } of best) {
    for (const separator of ["\n", ""]) {
      const parts = () => best.find((file) => file.uri === uri)?.text.split(separator) ?? [];
      for (let size = Math.ceil(parts().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = 0; from < parts().length; ) {
          const text = parts().toSpliced(from, size).join(separator);
          const isSmaller = await attempt(best.map((file) => (file.uri === uri ? { uri, text } : file)));
          if (!isSmaller) from += size;
        }
      }
    }
  }
  return best;
}
