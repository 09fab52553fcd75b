import { PowerState, ServerPhase, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { callInAccess } from "./call-in-access.ts";
import type { SeenResult, Verb, WantedServer, WorldOperation } from "./calls.ts";
import { sameFields } from "./fields.ts";
import { keepFields, keepText } from "./keep.ts";
import { isCommissioned, type Machine, stateWord } from "./machine.ts";
import { consentRequired, inProgress, invalid, machineFailed, rejected, unknownMachine } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { abort, accept, begin, clear, done, more, type Stage, type Write, waiting } from "./stage.ts";

/** One EnsureServer call about a machine whose transitions are settled. */
export interface EnsureTurn {
  readonly stage: Stage;
  readonly machine: Machine;
  readonly wanted: WantedServer;
  readonly operation: WorldOperation;
  readonly allowDestroy: boolean;
  readonly settings: Settings;
  /** Whether a transition that begins now shall end in state FAILED. */
  fails(verb: Verb): boolean;
}

const AREAS = {
  [ServerPhase.NETWORK_CONFIGURED]: { verb: "network", said: "interfaces" },
  [ServerPhase.STORAGE_CONFIGURED]: { verb: "storage", said: "disks" },
} as const;

/** Takes the next step that brings a machine to a phase, if one is needed, and says how far it is. */
export function ensureServer(turn: EnsureTurn, phase: number): SeenResult {
  switch (phase) {
    case ServerPhase.COMMISSIONED:
      return commissioned(turn);
    case ServerPhase.NETWORK_CONFIGURED:
    case ServerPhase.STORAGE_CONFIGURED:
      return configured(turn, AREAS[phase]);
    case ServerPhase.DEPLOYED:
      return deployed(turn);
    case ServerPhase.RELEASED:
      return released(turn);
    default:
      throw invalid("phase", "the call names no phase");
  }
}

function commissioned(turn: EnsureTurn): SeenResult {
  const { stage, machine, operation, wanted, settings } = turn;
  requireNotHeld(machine);
  const { transition, failed, name } = machine;
  if (machine.state === ServerState.COMMISSIONING && transition !== undefined) {
    return waiting(stage, machine, transition, "its hardware is being inventoried");
  }
  if (isCommissioned(machine) && failed?.verb !== "commission") {
    return done(stage, machine, operation, `machine ${name} is ${stateWord(machine)}`);
  }
  requireNotFailed(turn, "commission");
  const write = writeOf(turn, "commission");
  accept(stage, write, machine);
  const fails = turn.fails("commission");
  machine.state = ServerState.COMMISSIONING;
  machine.message = "";
  machine.failed = undefined;
  machine.power = PowerState.ON;
  begin(stage, machine, write, settings, () => {
    machine.power = PowerState.OFF;
    if (fails) {
      fail(machine, write);
      return;
    }
    machine.state = ServerState.READY;
    machine.hardware = JSON.stringify(wanted.hardware ?? {});
  });
  return after(turn, "its hardware is being inventoried", `machine ${name} is inventoried`);
}

function configured(
  turn: EnsureTurn,
  { verb, said }: { readonly verb: "network" | "storage"; readonly said: string },
): SeenResult {
  const { stage, machine, operation, wanted, settings } = turn;
  const { name, transition } = machine;
  requireKnown(turn);
  const fields = wanted.fields ?? {};
  if (transition !== undefined) {
    if (transition.verb === verb && transition.operationId === operation.id)
      return waiting(stage, machine, transition, `its ${said} are being configured`);
    if (transition.verb === "release") return waiting(stage, machine, transition, "it is being given back");
    const isSame = sameFields(machine[verb], fields);
    if (!isSame) throw foreign(machine, stage);
  }
  // What is installed with another specification goes as a whole, and at the first step: consent ends with that.
  if (machine.state === ServerState.DEPLOYED && (wanted.digest ?? "") !== "" && machine.digest !== wanted.digest)
    return giveBack(turn, "it is deployed otherwise");
  if (sameFields(machine[verb], fields)) return done(stage, machine, operation, `${said} of ${name} are as specified`);
  if (machine.state !== ServerState.READY && machine.state !== ServerState.ALLOCATED)
    return giveBack(turn, `its ${said} differ from the specification`);
  const write = writeOf(turn, verb);
  accept(stage, write, machine);
  begin(stage, machine, write, settings, () => {
    machine[verb] = keepFields(fields);
  });
  return after(turn, `its ${said} are being configured`, `${said} of ${name} are configured`);
}

function deployed(turn: EnsureTurn): SeenResult {
  const { stage, machine, operation, wanted, settings } = turn;
  const { name, transition, state } = machine;
  const { digest = "", fields = {}, tags = [], ownerData = {}, userData = "" } = wanted;
  if (digest === "")
    throw invalid("spec.spec_digest", "the specification has no digest, so it could not be told from another one");
  requireKnown(turn);
  if (state === ServerState.DEPLOYING && transition !== undefined) {
    if (machine.digest === digest) return waiting(stage, machine, transition, "its system is being installed");
    throw foreign(machine, stage);
  }
  if (transition !== undefined) {
    if (transition.verb === "release") return waiting(stage, machine, transition, "it is being given back");
    if (transition.operationId !== operation.id) throw foreign(machine, stage);
    return waiting(stage, machine, transition, `it is busy with ${transition.verb}`);
  }
  if (state === ServerState.DEPLOYED) {
    if (machine.digest !== digest || !sameFields(machine.platform, fields))
      return giveBack(turn, "it is deployed otherwise");
    // Tags and owner data of an installed machine are EnsureAnnotations' to write.
    return done(stage, machine, operation, `machine ${name} is deployed`);
  }
  if (state === ServerState.FAILED) requireNotFailed(turn, "deploy");
  const write = writeOf(turn, "deploy");
  accept(stage, write, machine);
  const fails = turn.fails("deploy");
  machine.state = ServerState.DEPLOYING;
  machine.message = "";
  machine.failed = undefined;
  machine.power = PowerState.ON;
  machine.digest = digest;
  machine.callIn = callInAccess(userData);
  begin(stage, machine, write, settings, () => {
    if (fails) {
      machine.digest = "";
      fail(machine, write);
      return;
    }
    machine.state = ServerState.DEPLOYED;
    machine.platform = keepFields(fields);
    machine.tags = tags.map(keepText);
    machine.ownerData = keepFields(ownerData);
    stage.booted(machine, settings);
  });
  return after(turn, "its system is being installed", `machine ${name} is deployed`);
}

function released(turn: EnsureTurn): SeenResult {
  const { stage, machine, operation } = turn;
  const { transition, state, name } = machine;
  requireNotHeld(machine);
  if (transition?.verb === "release") return waiting(stage, machine, transition, "it is being given back");
  const isTaken =
    state === ServerState.DEPLOYED ||
    state === ServerState.DEPLOYING ||
    state === ServerState.ALLOCATED ||
    (state === ServerState.FAILED && machine.failed?.verb !== "commission");
  if (!isTaken) return done(stage, machine, operation, `machine ${name} is ${stateWord(machine)}`);
  requireNotFailed(turn, "release");
  return giveBack(turn, `it is ${stateWord(machine)}`, true);
}

/** Gives a machine back. What was installed on it is lost, so that needs consent. */
function giveBack(turn: EnsureTurn, why: string, isEnd = false): SeenResult {
  const { stage, machine, settings, allowDestroy } = turn;
  const { name, state } = machine;
  const isInstalled = state === ServerState.DEPLOYED || state === ServerState.DEPLOYING;
  if (isInstalled && !allowDestroy) throw consentRequired(name, `machine ${name} would be wiped: ${why}`);
  const write = writeOf(turn, "release");
  accept(stage, write, machine);
  const fails = turn.fails("release");
  abort(machine);
  stage.stopped(machine);
  machine.state = ServerState.RELEASING;
  machine.failed = undefined;
  begin(stage, machine, write, settings, () => {
    clear(machine);
    if (fails) fail(machine, write);
  });
  if (isEnd) return after(turn, "it is being given back", `machine ${name} is given back`);
  requireNotFailed(turn, "release");
  return machine.transition === undefined
    ? more(stage, machine, `machine ${name} is given back`)
    : waiting(stage, machine, machine.transition, "it is being given back");
}

/** The answer after a write: waiting, done, or that it failed at once. */
function after(turn: EnsureTurn, underWay: string, isDone: string): SeenResult {
  const { stage, machine, operation } = turn;
  const { transition, failed } = machine;
  if (transition !== undefined) return waiting(stage, machine, transition, underWay);
  if (failed !== undefined) throw machineFailed(machine.name, `machine ${machine.name}: ${machine.message}`);
  return done(stage, machine, operation, isDone);
}

function fail(machine: Machine, { verb, operation }: Write): void {
  machine.state = ServerState.FAILED;
  machine.message = `${verb} failed`;
  machine.failed = { verb, operationId: operation.id };
}

function writeOf({ machine, operation }: EnsureTurn, verb: Verb): Write {
  return { node: machine.name, verb, operation };
}

/** What failed under this very operation is told as its end; another operation may try again. */
function requireNotFailed({ machine, operation }: EnsureTurn, verb: Verb): void {
  const { failed, name, message } = machine;
  if (failed?.verb === verb && failed.operationId === operation.id)
    throw machineFailed(name, `machine ${name}: ${message}`);
}

function requireNotHeld(machine: Machine): void {
  if (machine.state !== ServerState.HELD) return;
  throw machineFailed(
    machine.name,
    `machine ${machine.name} is held: ${machine.message || "a person must look at it"}`,
  );
}

function requireKnown({ machine }: EnsureTurn): void {
  requireNotHeld(machine);
  if (machine.state === ServerState.ABSENT) throw unknownMachine(machine.name);
  if (!isCommissioned(machine)) {
    throw rejected(
      machine.name,
      `machine ${machine.name} is ${stateWord(machine)}, not commissioned`,
      "commission the node first",
    );
  }
}

function foreign(machine: Machine, { clock }: Stage): Error {
  const { transition, name } = machine;
  const left = Math.max(1, Math.ceil((transition?.until ?? 0) - clock.now()));
  const what = `machine ${name} is busy with ${transition?.verb ?? "something"} for another operation`;
  return inProgress(name, what, transition?.operationId ?? "", Math.min(5_000, left));
}

/** Whether two lists hold the same texts, in whatever order. */
export function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const had = new Set(a);
  return b.every((each) => had.has(each));
}
