import type { EventLog } from "./event-log.ts";
import type { Machine } from "./machine.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimState } from "./state.ts";
import type { Phase } from "./world/world.ts";

/** The one user of the simulated service: an administrator. */
export const USER = { username: "admin", email: "admin@example.com" } as const;

/** The one rack controller. It reaches every BMC of the world. */
export const RACK = { systemId: "rack01", hostname: "maas-sim" } as const;

/** What handlers and transitions work on. */
export interface Sim {
  readonly state: SimState;
  readonly scheduler: Scheduler;
  readonly events: EventLog;
  /** How long a transition takes, milliseconds. */
  duration(phase: Phase | "powerOff"): number;
  /** Called when a machine runs its installed system for the first time, with the user data it was deployed with. */
  nodeStarted(machine: Machine): void;
  /** Called when a machine's installed system is gone: released, broken or deleted. */
  nodeStopped(machine: Machine): void;
}
