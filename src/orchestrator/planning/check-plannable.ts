import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../../gen/bedplate/design/v1/item_pb.js";
import type { Action } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { checkCapabilities, type DeclaredCapabilities } from "../../plan/check-capabilities.ts";
import {
  formationMissing,
  type MissingValue,
  missingAddresses,
  missingIdentities,
} from "../../plan/check-formation.ts";
import { serverDriverOf } from "../../plan/drivers-of.ts";
import type { ServerFacts } from "../../plan/node-facts.ts";
import { refuseIf } from "../../plan/planning-error.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import { siteSpecOf } from "../world.ts";

/** Sees, before anything is touched, whether a plan could be carried out at all. */
export interface PlanChecks {
  /** Throws PlanningError naming every capability drivers lack, or else every value the design does. Gives what the drivers declare, by instance. */
  before(asked: CheckedPlan, signal: AbortSignal): Promise<ReadonlyMap<string, DeclaredCapabilities>>;
  /** The same about machines that were looked at and that nobody knows. */
  seen(
    asked: CheckedPlan,
    servers: ReadonlyMap<string, ServerFacts>,
    declared: ReadonlyMap<string, DeclaredCapabilities>,
  ): Promise<void>;
}

/** What is checked. */
export interface CheckedPlan {
  readonly snapshot: DesignSnapshot;
  readonly action: Action;
  readonly nodes: readonly string[];
  /** Server driver instances that prepare the site. */
  readonly siteInstances: readonly string[];
}

/** Makes the checks. */
export function createPlanChecks(
  drivers: Pick<DriverAccess, "info">,
  state: () => Client<typeof DesignStateService>,
): PlanChecks {
  const refuseMissing = async ({ design, revision }: DesignSnapshot, missing: readonly MissingValue[]) => {
    if (missing.length === 0) return;
    const { layers } = await state().listLayers({ design, revision });
    const plain = layers.map(({ name, role, owns }) => ({ name, role: ROLES[role] ?? ("any" as const), owns }));
    refuseIf("formation", formationMissing(missing, plain));
  };
  return {
    async before({ snapshot, action, nodes, siteInstances }, signal) {
      const { view, specOf } = snapshot;
      const instances = new Set([...siteInstances, ...nodes.map((node) => serverDriverOf(view, node))]);
      const declared = new Map(
        await Promise.all(
          [...instances].map(async (instance): Promise<[string, DeclaredCapabilities]> => {
            const { capabilities } = await drivers.info(instance, signal);
            return [instance, new Map(capabilities.map(({ name, parameters }) => [name, valuesOf(parameters)]))];
          }),
        ),
      );
      const sites = new Map(siteInstances.map((instance) => [instance, siteSpecOf(snapshot, instance)]));
      refuseIf("capability", checkCapabilities({ view, action, nodes, specOf, sites, declared }));
      await refuseMissing(snapshot, missingAddresses({ view, action, nodes }));
      return declared;
    },
    async seen({ snapshot, action, nodes }, servers, declared) {
      const enlistsBy = (node: string): readonly string[] =>
        declared.get(serverDriverOf(snapshot.view, node))?.get("server.enlist")?.by ?? [];
      await refuseMissing(snapshot, missingIdentities({ view: snapshot.view, action, nodes }, servers, enlistsBy));
    },
  };
}

const ROLES: Readonly<Partial<Record<LayerRole, "design" | "formation">>> = {
  [LayerRole.DESIGN]: "design",
  [LayerRole.FORMATION]: "formation",
};

function valuesOf(
  parameters: Readonly<Record<string, { readonly values: readonly string[] }>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(parameters).map(([key, { values }]) => [key, values]));
}
