import type { Diagnostic } from "../design/diagnostic.ts";

/**
 * Why no plan can be made: `selector` when the request asks for what is not there, `design` when the design lacks what the action needs,
 * `formation` when it lacks explicit values, `capability` when a driver can't do what is asked for, `machine` when a machine's state forbids it.
 */
export type PlanningFault = "selector" | "design" | "formation" | "capability" | "machine";

/** No plan can be made. One diagnostic for each cause; the message is that of the first and says how many more there are. */
export class PlanningError extends Error {
  override name = "PlanningError";
  readonly fault: PlanningFault;
  readonly diagnostics: readonly Diagnostic[];

  constructor(fault: PlanningFault, diagnostics: readonly [Diagnostic, ...Diagnostic[]]) {
    const more = diagnostics.length - 1;
    super(`${diagnostics[0].message}${more === 0 ? "" : ` (and ${more} more like it)`}`);
    this.fault = fault;
    this.diagnostics = diagnostics;
  }
}

/** Throws a PlanningError of all the causes there are, if there are any. */
export function refuseIf(fault: PlanningFault, diagnostics: readonly Diagnostic[]): void {
  const [first, ...others] = diagnostics;
  if (first !== undefined) throw new PlanningError(fault, [first, ...others]);
}
