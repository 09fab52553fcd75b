import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { SeenResult, Verb, WorldOperation, WorldQuestion } from "./calls.ts";
import { sameTexts } from "./ensure-server.ts";
import { differences, sameFields } from "./fields.ts";
import { type Machine, stateWord } from "./machine.ts";
import { inProgress, rejected } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { accept, begin, done, note, requireLease, type Stage, type Write, waiting } from "./stage.ts";

type Question<Do extends WorldQuestion["do"]> = Extract<WorldQuestion, { readonly do: Do }>;

/** Brings a machine's power to a state. Power is no part of what tokens are made of. */
export function ensurePower(
  stage: Stage,
  machine: Machine,
  question: Question<"power">,
  settings: Settings,
): SeenResult {
  const { power, operation } = question;
  const busy = underWay(stage, machine, "power", operation);
  if (busy !== undefined) return busy;
  if (machine.power === power)
    return ofItsOwn(stage, machine, operation, machine.powerWriter, `power is ${wordOf(power)}`);
  const write = { node: machine.name, verb: "power", operation } as const;
  requireLease(stage, write);
  note(stage, write, false);
  machine.powerWriter = operation.id;
  begin(stage, machine, write, settings, () => {
    machine.power = power;
    if (power === PowerState.OFF) stage.stopped(machine);
    else if (machine.state === ServerState.DEPLOYED) stage.booted(machine, settings);
  });
  return after(stage, machine, operation, `power is ${wordOf(power)}`, `power goes ${wordOf(power)}`);
}

/** Switches a machine off and on again, once for each operation. */
export function resetPower(
  stage: Stage,
  machine: Machine,
  { operation }: Question<"reset">,
  settings: Settings,
): SeenResult {
  const busy = underWay(stage, machine, "reset", operation);
  if (busy !== undefined) return busy;
  if (machine.lastReset === operation.id) return ofItsOwn(stage, machine, operation, operation.id, "it was reset");
  const write = { node: machine.name, verb: "reset", operation } as const;
  requireLease(stage, write);
  note(stage, write, false);
  stage.stopped(machine);
  begin(stage, machine, write, settings, () => {
    machine.lastReset = operation.id;
    machine.powerWriter = operation.id;
    machine.power = PowerState.ON;
    if (machine.state === ServerState.DEPLOYED) stage.booted(machine, settings);
  });
  return after(stage, machine, operation, "it was reset", "it is being reset");
}

/** Sets the device a machine boots from. */
export function ensureBootDevice(
  stage: Stage,
  machine: Machine,
  question: Question<"boot">,
  settings: Settings,
): SeenResult {
  const { device, persistent, operation } = question;
  const busy = underWay(stage, machine, "boot", operation);
  if (busy !== undefined) return busy;
  if (machine.bootDevice === device && machine.bootPersistent === persistent) {
    return ofItsOwn(stage, machine, operation, machine.bootWriter, "the boot device is as wanted");
  }
  const write = { node: machine.name, verb: "boot", operation } as const;
  requireLease(stage, write);
  note(stage, write, false);
  machine.bootWriter = operation.id;
  begin(stage, machine, write, settings, () => {
    machine.bootDevice = device;
    machine.bootPersistent = persistent;
  });
  return after(stage, machine, operation, "the boot device is set", "the boot device is being set");
}

/** Brings tags and owner data of an installed machine to what is wanted. */
export function ensureAnnotations(
  stage: Stage,
  machine: Machine,
  question: Question<"annotate">,
  settings: Settings,
): SeenResult {
  const { tags, ownerData, operation } = question;
  if (machine.state !== ServerState.DEPLOYED) {
    throw rejected(
      machine.name,
      `machine ${machine.name} is ${stateWord(machine)}, not installed`,
      "deploy the node first",
    );
  }
  const busy = underWay(stage, machine, "annotate", operation);
  if (busy !== undefined) return busy;
  if (sameTexts(machine.tags, tags) && sameFields(machine.ownerData, ownerData)) {
    return done(stage, machine, operation, "tags and owner data are as specified");
  }
  const write: Write = { node: machine.name, verb: "annotate", operation };
  accept(stage, write, machine);
  const count = differences(machine.ownerData, ownerData).length + Number(!sameTexts(machine.tags, tags));
  begin(stage, machine, write, settings, () => {
    machine.tags = tags;
    machine.ownerData = ownerData;
  });
  const message = `${count} annotation${count === 1 ? "" : "s"} written`;
  return after(stage, machine, operation, message, "tags and owner data are being written");
}

function underWay(stage: Stage, machine: Machine, verb: Verb, operation: WorldOperation): SeenResult | undefined {
  const { transition, name } = machine;
  if (transition === undefined) return undefined;
  if (transition.verb === verb && transition.operationId === operation.id) {
    return waiting(stage, machine, transition, `it is busy with ${verb}`);
  }
  const left = Math.max(1, Math.min(5_000, Math.ceil(transition.until - stage.clock.now())));
  throw inProgress(name, `machine ${name} is busy with ${transition.verb}`, transition.operationId, left);
}

function after(stage: Stage, machine: Machine, operation: WorldOperation, isDone: string, goesOn: string): SeenResult {
  if (machine.transition !== undefined) return waiting(stage, machine, machine.transition, goesOn);
  return { ...done(stage, machine, operation, isDone), changed: true };
}

function ofItsOwn(
  stage: Stage,
  machine: Machine,
  operation: WorldOperation,
  writer: string,
  message: string,
): SeenResult {
  return { ...done(stage, machine, operation, message), changed: writer === operation.id };
}

function wordOf(power: number): string {
  return power === PowerState.ON ? "on" : "off";
}
