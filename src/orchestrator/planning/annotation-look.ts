import { ServerPhase, ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { annotationChanges } from "../../plan/actions/annotate-steps.ts";
import { serverDriverOf } from "../../plan/drivers-of.ts";
import type { ServerFacts, SiteChange } from "../../plan/node-facts.ts";
import { refuseIf } from "../../plan/planning-error.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import type { NodeChangesReader } from "./node-changes.ts";

/** Finds the tags and owner data in which machines differ from the design, by node, as far as an action asks for that. */
export type AnnotationLook = (
  snapshot: DesignSnapshot,
  action: Action,
  servers: ReadonlyMap<string, ServerFacts>,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, readonly SiteChange[]>>;

/**
 * Makes the look. ANNOTATE asks of every installed machine; DEPLOY of those installed as designed whose driver can write tags and owner
 * data of installed machines.
 */
export function createAnnotationLook(changes: NodeChangesReader, drivers: DriverAccess): AnnotationLook {
  return async (snapshot, action, servers, signal) => {
    if (action !== Action.ANNOTATE && action !== Action.DEPLOY) return new Map();
    const installed = [...servers].filter(([node, { state, specDigest }]) => {
      if (state !== ServerState.DEPLOYED) return false;
      return action === Action.ANNOTATE || specDigest === snapshot.specOf(node).spec.specDigest;
    });
    const nodes: string[] = [];
    for (const [instance, group] of Map.groupBy(installed, ([node]) => serverDriverOf(snapshot.view, node))) {
      if (action === Action.ANNOTATE || (await canAnnotate(drivers, instance, signal)))
        nodes.push(...group.map(([node]) => node));
    }
    const asked = nodes.map((node) => ({
      ...{ stepId: node, node, phase: ServerPhase.DEPLOYED },
      driverInstance: serverDriverOf(snapshot.view, node),
    }));
    const { changes: found, refusals } = await changes.read(snapshot, asked, signal);
    refuseIf("machine", refusals);
    return new Map([...found].map(([node, each]) => [node, annotationChanges(each)]));
  };
}

async function canAnnotate(drivers: DriverAccess, instance: string, signal: AbortSignal): Promise<boolean> {
  const { capabilities } = await drivers.info(instance, signal);
  return capabilities.some(({ name }) => name === "annotate");
}
