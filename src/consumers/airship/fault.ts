import type { Problem } from "../reading/problems.ts";

/** What is wrong with one step of rendering a document. An error, unless said otherwise. */
export type Fault = Omit<Problem, "severity" | "kind" | "name"> & { readonly severity?: Problem["severity"] };

/** Ends one step of rendering, and never leaves the folder. */
export class RenderFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = "RenderFault";
    this.fault = fault;
  }
}
