import type { Machine } from "./machine.ts";
import type { Scheduler } from "./scheduler.ts";

/** How grave an event is. */
export type EventLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

/** Something that happened to a machine. */
export interface MachineEvent {
  readonly id: number;
  readonly level: EventLevel;
  readonly type: string;
  readonly description: string;
  readonly systemId: string;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** The events of all machines, oldest first. */
export interface EventLog {
  readonly events: readonly MachineEvent[];
  record(machine: Machine, level: EventLevel, type: string, description?: string): void;
}

/** The most events kept; the oldest go first. */
export const MAX_EVENTS = 50_000;

/** An empty log. */
export function createEventLog(scheduler: Scheduler): EventLog {
  const events: MachineEvent[] = [];
  let nextId = 1;
  return {
    events,
    record(machine, level, type, description = "") {
      const { systemId, hostname } = machine;
      events.push({ id: nextId, level, type, description, systemId, hostname, created: scheduler.now() });
      nextId += 1;
      if (events.length > MAX_EVENTS) events.splice(0, MAX_EVENTS / 10);
    },
  };
}
