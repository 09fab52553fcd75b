import { randomBytes } from "node:crypto";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { answerOf } from "./answer.ts";
import { type CallIns, createCallIns } from "./call-in.ts";
import type { WorldCall, WorldQuestion, WorldReply } from "./calls.ts";
import { systemClock, type WorldClock } from "./clock.ts";
import { createWorldControl, type WorldControl } from "./control.ts";
import { type Fate, fateOf } from "./fate.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { type Machine, newMachine } from "./machine.ts";
import { createPorts } from "./ports.ts";
import { CODE, Refusal, unavailable } from "./refusal.ts";
import { createSettingsReader, type OptionValues, readSettings, type Settings } from "./settings.ts";
import { createSite } from "./site.ts";
import { type Stage, settle } from "./stage.ts";
import type { Works } from "./works.ts";

/** What a world is made with. */
export interface WorldOptions {
  /** Its times and faults, as driver instances have them; those of an instance override them. */
  readonly options?: OptionValues;
  readonly clock?: WorldClock;
  /** How many entries the ledger keeps. */
  readonly ledgerKeeps?: number;
}

/** A simulated site of machines, switch ports, networks and tags, in memory. */
export interface World {
  /** Answers a question at once. Never throws: what is refused is in the reply. */
  ask(call: WorldCall): WorldReply;
  readonly ledger: Ledger;
  /** What a test or a person does to the world behind the drivers' backs. */
  readonly control: WorldControl;
  /** Calls back with the name of every machine that changed, until what it returns is called. */
  watch(changed: (name: string) => void): () => void;
  /** Ends what is under way without effect. */
  close(): void;
}

/** Makes an empty world: every machine is absent until it is commissioned. Options that aren't understood are refused. */
export function createWorld({ options = {}, clock = systemClock, ledgerKeeps }: WorldOptions = {}): World {
  readSettings(options);
  let values = options;
  const machines = new Map<string, Machine>();
  const listeners = new Set<(name: string) => void>();
  const ledger = createLedger(ledgerKeeps);
  const settingsOf = createSettingsReader(() => values);
  const callIns: CallIns = createCallIns(clock);
  const outage = { until: 0 };

  const stage: Stage = {
    clock,
    ledger,
    life: randomBytes(4).toString("hex"),
    changed({ name }) {
      for (const listener of listeners) listener(name);
    },
    booted({ name, callIn }, settings) {
      if (callIn !== undefined && settings.callIn) callIns.start(name, callIn);
    },
    stopped: ({ name }) => callIns.stop(name),
  };
  const works: Works = {
    stage,
    machines,
    site: createSite(stage),
    ports: createPorts(stage),
    find(name) {
      const machine = machines.get(name);
      if (machine !== undefined) settle(stage, machine);
      return machine;
    },
    open(name) {
      const found = works.find(name);
      if (found !== undefined) return found;
      const made = newMachine(name, machines.size + 1);
      machines.set(name, made);
      return made;
    },
  };

  const isDown = ({ flap, seed }: Settings): boolean => {
    const now = clock.now();
    if (now < outage.until) return true;
    if (flap.downMs === 0) return false;
    return (now + Math.abs(seed) * 7) % (flap.upMs + flap.downMs) >= flap.upMs;
  };

  return {
    ledger,
    ask(call) {
      try {
        const settings = settingsOf(call.settings);
        if (isDown(settings)) {
          throw unavailable(ErrorReason.TARGET_UNREACHABLE, "", "the simulated target can't be reached just now", 250);
        }
        const reply = act(works, call, settings);
        if (settings.latencyMs === 0) return reply;
        return { ...reply, manner: { ...reply.manner, delayMs: settings.latencyMs } };
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
    control: createWorldControl(works, {
      callIns,
      outage,
      settings: () => settingsOf(undefined),
      options: () => values,
      setOptions(next) {
        readSettings(next);
        values = next;
      },
    }),
    watch(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    close() {
      for (const { transition } of machines.values()) transition?.cancel();
      listeners.clear();
      callIns.close();
    },
  };
}

function act(works: Works, question: WorldQuestion, settings: Settings): WorldReply {
  const fate = settings.faulty ? fateOf(works, question, settings) : undefined;
  if (fate === undefined) return { value: answerOf(works, question, settings, () => false) };
  return underFate(works, question, settings, fate);
}

function underFate(works: Works, question: WorldQuestion, settings: Settings, fate: Fate): WorldReply {
  switch (fate.kind) {
    case "hang":
      return { manner: { hang: true } };
    case "refuse":
      return { failure: fate.failure };
    case "lie-done":
      return { value: fate.answer };
    case "lie-failed": {
      answerOf(works, question, settings, fate.fails);
      return { failure: fate.failure };
    }
    case "act": {
      const value = answerOf(works, question, settings, fate.fails);
      return fate.late ? { value, manner: { late: true } } : { value };
    }
  }
}

function failureOf(error: unknown): NonNullable<WorldReply["failure"]> {
  if (error instanceof Refusal) return error.failure;
  const message = `a fault of the simulator: ${error instanceof Error ? error.message : String(error)}`;
  return { code: CODE.INTERNAL, reason: ErrorReason.INTERNAL, message };
}
