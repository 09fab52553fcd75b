import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type Boundary, boundariesOf, JOB_BOUNDARIES } from "../../../src/orchestrator/job/boundaries.ts";
import { STEPS } from "../../../src/orchestrator/steps/steps.ts";

/** A place at which a process is to end: a boundary of a kind of step, or one of the job itself. */
export interface Cut {
  readonly id: string;
  /** Absent for a boundary of the job. */
  readonly kind?: StepKind;
  readonly boundary: Boundary;
  /** At which passing of the boundary by one subject, from 1. */
  readonly nth: number;
  /** At which node; at whichever comes first when absent. */
  readonly subject?: string;
}

/** Steps that call a second driver: the machine's, after the one of its switch ports. */
const TWO_DRIVERS: ReadonlySet<StepKind> = new Set([StepKind.COMMISSION, StepKind.DEPLOY]);
/** A job that passes its own boundaries needs no certain action. */
const JOB_CUTS: readonly Cut[] = JOB_BOUNDARIES.map((boundary) => ({ id: boundary, boundary, nth: 1 }));

/** The kinds of steps there are. */
export const STEP_KINDS: readonly StepKind[] = [...STEPS.keys()];

/** Every place at which a process can end, by the registry of steps and that of boundaries. */
export const ALL_CUTS: readonly Cut[] = [...STEP_KINDS.flatMap(cutsOfKind), ...JOB_CUTS];

function cutsOfKind(kind: StepKind): Cut[] {
  return boundariesOf(kind).flatMap((boundary) => {
    const calls = boundary === "before-call" || boundary === "called";
    const passings = calls && TWO_DRIVERS.has(kind) ? [1, 2] : [1];
    return passings.map((nth) => ({
      id: `${StepKind[kind]}/${boundary}${nth === 1 ? "" : `#${nth}`}`,
      ...{ kind, boundary, nth },
    }));
  });
}

/** The cuts a job of such steps can pass, each on a node of its own as far as there are enough. The site has no node. */
export function armCuts(cuts: readonly Cut[], kinds: ReadonlySet<StepKind>, nodes: readonly string[]): Cut[] {
  return cuts
    .filter(({ kind }) => kind === undefined || kinds.has(kind))
    .map((cut, index) => {
      const ofNode = cut.kind !== undefined && cut.kind !== StepKind.PREPARE_SITE;
      const subject = nodes[index % nodes.length];
      return ofNode && subject !== undefined ? { ...cut, subject } : cut;
    });
}
