import type { PowerState, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { PlannedChange } from "../../gen/bedplate/driver/v1/target_pb.js";

/** A machine as its driver saw it, as far as planning asks. */
export interface ServerFacts {
  /** The provisioner's own id of the machine; empty when it knows none. */
  readonly providerId: string;
  readonly state: ServerState;
  /** What the provisioner says about the state, one line. */
  readonly stateMessage: string;
  /** Digest of the specification it was deployed with; empty when Bedplate did not deploy it. */
  readonly specDigest: string;
  /** Whether it has power, as the provisioner says; unspecified when it doesn't know. */
  readonly power: PowerState;
}

/** What a driver would change of the site, and what it looked at. */
export interface SitePlan {
  readonly changes: readonly SiteChange[];
  readonly objects: readonly SiteObject[];
}

/** One change a driver would make, of a site or of a machine. */
export type SiteChange = Readonly<
  Pick<PlannedChange, "object" | "action" | "before" | "after" | "destructive" | "field">
>;

/** One object of a provisioner a plan rests on. */
export interface SiteObject {
  readonly type: string;
  readonly name: string;
  /** What it is like, one line. */
  readonly summary: string;
  /** SHA-256 of everything a design can say about it. */
  readonly digest: string;
}
