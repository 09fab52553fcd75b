import type { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type Action, Disposition, PowerChange, type StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { ServerFacts, SiteChange } from "../node-facts.ts";

/** What one step on a node would come to. */
export interface NodeStep {
  readonly kind: StepKind;
  readonly disposition: Disposition;
  readonly destructive: boolean;
  readonly reason: string;
  /** What would change, where the step is about single values. */
  readonly changes?: readonly SiteChange[];
}

/** How the site reaches the management controller (BMC) of a node. */
export interface ControllerAccess {
  /** Whether the design says how the node has one. */
  readonly exists: boolean;
  /** Whether the site names a driver that reaches it. */
  readonly isReached: boolean;
  /** Whether power is switched through it and not by the provisioner. */
  readonly switchesPower: boolean;
}

/** What is asked about one node, and all that was seen of it. */
export interface NodeQuestion {
  readonly node: string;
  readonly action: Action;
  /** For the action POWER: which way. */
  readonly power: PowerChange;
  readonly seen: ServerFacts;
  /** Whether the machine has power, as whoever switches it says; unspecified when nobody knows. */
  readonly powered: PowerState;
  /** Digest of the specification the design has for it. */
  readonly specDigest: string;
  /** Whether it has called in since it was deployed with that specification. */
  readonly calledIn: boolean;
  /** Whether its persisted state says that it is deployed. */
  readonly recordedDeployed: boolean;
  /** How the site reaches its management controller. */
  readonly controller: ControllerAccess;
  /** Tags and owner data in which an installed machine differs. */
  readonly annotations: readonly SiteChange[];
}

/** A question of which only so much matters; the rest is as for a machine nobody knows anything about. */
export function nodeQuestion(
  known: Pick<NodeQuestion, "node" | "action" | "seen"> & Partial<NodeQuestion>,
): NodeQuestion {
  return {
    power: PowerChange.UNSPECIFIED,
    powered: known.seen.power,
    specDigest: "",
    calledIn: false,
    recordedDeployed: false,
    controller: { exists: false, isReached: false, switchesPower: false },
    annotations: [],
    ...known,
  };
}

/** A step with something to do. */
export function change(kind: StepKind, reason: string, destructive = false): NodeStep {
  return { kind, disposition: Disposition.CHANGE, destructive, reason };
}

/** A step with nothing to do. */
export function upToDate(kind: StepKind, reason: string): NodeStep {
  return { kind, disposition: Disposition.UP_TO_DATE, destructive: false, reason };
}
