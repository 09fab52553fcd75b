import type { Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { SiteChange } from "./node-facts.ts";

/** One step of a plan: one thing done to one subject. */
export interface PlanStep {
  /** Unique in the plan: the kind in kebab case and the subject, or for a site step the driver instance. */
  readonly id: string;
  /** Its place in the order, from 1. */
  readonly sequence: number;
  readonly kind: StepKind;
  /** A node's name, or the site's. */
  readonly subject: string;
  readonly disposition: Disposition;
  /** Whether data would be lost. */
  readonly destructive: boolean;
  /** Ids of steps that come first. */
  readonly dependsOn: readonly string[];
  /** Driver instance that does it; empty when core does it alone. */
  readonly driverInstance: string;
  /** What would change, as far as known. */
  readonly changes: readonly SiteChange[];
  /** Why the step is there, one line. */
  readonly reason: string;
  /** How long it may take, in seconds; 0 when there is nothing to do. */
  readonly estimatedSeconds: number;
}
