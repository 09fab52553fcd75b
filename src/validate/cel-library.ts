import { createRequire } from "node:module";

/** The library that reads and evaluates expressions. */
export type CelLibrary = typeof import("@bufbuild/cel");

let loaded: CelLibrary | undefined;

/** The library takes a tenth of a second to load, and few designs and calls have expressions. */
export function celLibrary(): CelLibrary {
  loaded ??= createRequire(import.meta.url)("@bufbuild/cel") as CelLibrary;
  return loaded;
}
