import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { SeenResult, Verb, WorldOperation } from "./calls.ts";
import { chance } from "./chance.ts";
import type { WorldClock } from "./clock.ts";
import type { Ledger } from "./ledger.ts";
import { type Machine, seenServer, type Transition, type Versioned } from "./machine.ts";
import { leaseExpired, worldChanged } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** What acts on a world share. */
export interface Stage {
  readonly clock: WorldClock;
  readonly ledger: Ledger;
  /** Tells this life of a world from others, so that no token outlives it. */
  readonly life: string;
  /** Told of every machine that changed. */
  changed(machine: Machine): void;
  /** A machine has booted what is installed on it. */
  booted(machine: Machine, settings: Settings): void;
  /** A machine's system is gone. */
  stopped(machine: Machine): void;
}

/** One write that is about to be made. */
export interface Write {
  readonly node: string;
  readonly verb: Verb;
  readonly operation: WorldOperation;
}

/** The token of a subject as it is now. */
export function tokenOf({ life }: Stage, { version }: Versioned): string {
  return `s1.${life}.${version}`;
}

/** Refuses a write past its `notAfter`: the last look before it is made. */
export function requireLease(stage: Stage, { node, operation }: Write): void {
  if (operation.notAfter !== undefined && stage.clock.now() > operation.notAfter) throw leaseExpired(node);
}

/** Refuses a write when another hand was at the subject since the token of the call was given. */
export function requireToken(stage: Stage, { node, operation }: Write, subject: Versioned): void {
  const { precondition, id } = operation;
  if (precondition === "" || precondition === tokenOf(stage, subject)) return;
  const [, life, version] = precondition.split(".");
  const isOwn = subject.writer === id && Number(version) >= subject.writerFrom;
  if (life !== stage.life || !isOwn) throw worldChanged(node, `another hand changed ${node}`);
}

/** Makes a write: checks lease and token, writes it down, and counts the subject's version up. */
export function accept(stage: Stage, write: Write, subject: Versioned): void {
  requireToken(stage, write, subject);
  requireLease(stage, write);
  sign(subject, write.operation.id);
  note(stage, write, false);
}

/** Counts a subject's version up in the name of an operation. */
export function sign(subject: Versioned, writer: string): void {
  if (subject.writer !== writer) {
    subject.writer = writer;
    subject.writerFrom = subject.version;
  }
  subject.version += 1;
}

/** Writes a line into the ledger. */
export function note(stage: Stage, { node, verb, operation }: Write, effective: boolean): void {
  const { id, notAfter = 0, driver } = operation;
  stage.ledger.append({ at: stage.clock.now(), node, verb, effective, operationId: id, notAfter, driver });
}

/** Starts something on a machine that takes its time; with none it has its end at once. */
export function begin(stage: Stage, machine: Machine, write: Write, settings: Settings, finish: () => void): void {
  const ms = timeOf(settings, write.verb, machine.name);
  const end = (): void => {
    machine.transition = undefined;
    finish();
    note(stage, write, true);
    stage.changed(machine);
  };
  if (ms <= 0) {
    end();
    return;
  }
  const startedAt = stage.clock.now();
  const cancel = stage.clock.after(ms, () => settle(stage, machine));
  const { verb, operation } = write;
  machine.transition = { verb, operationId: operation.id, startedAt, until: startedAt + ms, finish: end, cancel };
  stage.changed(machine);
}

/** Lets what is over on a machine have its end. */
export function settle(stage: Stage, machine: Machine): void {
  const { transition } = machine;
  if (transition === undefined || stage.clock.now() < transition.until) return;
  transition.cancel();
  transition.finish();
}

/** Stops what is under way on a machine. It takes no effect any more. */
export function abort(machine: Machine): void {
  machine.transition?.cancel();
  machine.transition = undefined;
}

function timeOf(settings: Settings, verb: Verb, node: string): number {
  const ms = settings.ms(verb);
  if (ms <= 0 || settings.spread === 0) return ms;
  return ms * (1 + settings.spread * (chance(settings.seed, "time", verb, node) * 2 - 1));
}

/** It is there. */
export function done(stage: Stage, machine: Machine, operation: WorldOperation, message: string): SeenResult {
  const token = tokenOf(stage, machine);
  const changed = machine.writer === operation.id;
  const seen = seenServer(machine.name, machine, token);
  return { done: true, changed, message, retryMs: 0, percent: 100, token, seen };
}

/** It is under way. */
export function waiting(stage: Stage, machine: Machine, { startedAt, until }: Transition, message: string): SeenResult {
  const token = tokenOf(stage, machine);
  const [now, seen] = [stage.clock.now(), seenServer(machine.name, machine, token)];
  const retryMs = Math.min(600_000, Math.max(1, Math.ceil(until - now)));
  const percent = Math.max(0, Math.min(99, Math.floor(((now - startedAt) * 100) / Math.max(1, until - startedAt))));
  return { done: false, changed: true, message, retryMs, percent, token, seen };
}

/** One step was taken and another is needed. */
export function more(stage: Stage, machine: Machine, message: string): SeenResult {
  const token = tokenOf(stage, machine);
  return {
    done: false,
    changed: true,
    message,
    retryMs: 1,
    percent: 10,
    token,
    seen: seenServer(machine.name, machine, token),
  };
}

/** What a machine given back is like. */
export function clear(machine: Machine): void {
  machine.state = ServerState.READY;
  machine.message = "";
  machine.power = PowerState.OFF;
  machine.platform = {};
  machine.ownerData = {};
  machine.digest = "";
  machine.callIn = undefined;
  machine.failed = undefined;
}
