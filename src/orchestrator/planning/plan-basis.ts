import { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Plan, PlanStep as PlanStepMessage } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { PlanWithBasis } from "../../plan/compare-plan.ts";
import type { ServerFacts, SiteObject } from "../../plan/node-facts.ts";

/** What was observed when a plan was made, as it is stored. */
export interface PlanBasis {
  /** The newest revision of the design at that time, decimal. */
  readonly headRevision: string;
  /** The selected nodes, also where the action does nothing to nodes. Plans stored before this was kept have none. */
  readonly nodes?: readonly string[];
  /** Objects each server driver instance looked at. */
  readonly objects: Readonly<Record<string, readonly SiteObject[]>>;
  /** The selected machines, by node. */
  readonly servers: Readonly<Record<string, ServerFacts>>;
}

/** A stored plan in the form plans are compared in. */
export function storedPlan(header: Plan, steps: readonly PlanStepMessage[], basis: PlanBasis): PlanWithBasis {
  return {
    revision: header.revision,
    headRevision: BigInt(basis.headRevision),
    steps,
    objects: new Map(Object.entries(basis.objects)),
    // What was stored before these were told is of no known machine, and of unknown power.
    servers: new Map(
      Object.entries(basis.servers).map(([node, facts]) => [
        node,
        { ...facts, providerId: facts.providerId ?? "", power: facts.power ?? PowerState.UNSPECIFIED },
      ]),
    ),
  };
}
