import { PortMode } from "../../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import type { SeenChange, SeenResult, WantedPorts, WorldOperation } from "./calls.ts";
import type { Versioned } from "./machine.ts";
import { inProgress } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { accept, note, type Stage, sign, tokenOf } from "./stage.ts";

interface Kept extends Versioned {
  readonly name: string;
  mode: number;
  devices: readonly string[];
  transition:
    | { readonly operationId: string; readonly startedAt: number; readonly until: number; readonly finish: () => void }
    | undefined;
}

/** One port as it is seen. */
export interface SeenPort {
  readonly server: string;
  readonly switchName: string;
  readonly port: string;
  readonly mode: number;
}

/** The switch ports of a world: one for each device of a server, on a switch of its own. */
export interface Ports {
  observe(names: readonly string[]): SeenPort[];
  plan(wanted: WantedPorts): { changes: SeenChange[]; token: string };
  ensure(wanted: WantedPorts, operation: WorldOperation, settings: Settings): SeenResult;
  /** Changes a server's mode by hand. */
  change(name: string, mode: number): void;
}

const WORDS: Readonly<Record<number, string>> = {
  [PortMode.PROVISIONING]: "provisioning",
  [PortMode.PRODUCTION]: "production",
};

/** Ports nobody has configured. */
export function createPorts(stage: Stage): Ports {
  const kept = new Map<string, Kept>();
  const open = (name: string): Kept => {
    const found = kept.get(name);
    if (found !== undefined) return found;
    const made: Kept = { name, mode: 0, devices: [], transition: undefined, version: 0, writer: "", writerFrom: 0 };
    kept.set(name, made);
    return made;
  };
  const settle = (each: Kept): void => {
    if (each.transition === undefined || stage.clock.now() < each.transition.until) return;
    const { finish } = each.transition;
    each.transition = undefined;
    finish();
  };

  return {
    observe(names) {
      const all = names.length === 0 ? [...kept.values()] : names.flatMap((name) => kept.get(name) ?? []);
      return all.flatMap((each) => {
        settle(each);
        return portsOf(each);
      });
    },
    plan(wanted) {
      const found = kept.get(wanted.name);
      if (found !== undefined) settle(found);
      const token = tokenOf(stage, found ?? { version: 0, writer: "", writerFrom: 0 });
      if (found !== undefined && isSo(found, wanted)) return { changes: [], token };
      const change = {
        ...{ object: `ports of ${wanted.name}`, action: "update", field: "mode", destructive: false },
        before: WORDS[found?.mode ?? 0] ?? "",
        after: WORDS[wanted.mode] ?? "",
      };
      return { changes: [change], token };
    },
    ensure(wanted, operation, settings) {
      const each = open(wanted.name);
      settle(each);
      const { name, mode, devices } = wanted;
      const word = WORDS[mode] ?? "";
      const answer = (done: boolean, changed: boolean, retryMs: number, percent: number): SeenResult => {
        const message = done ? `ports of ${name} are for ${word}` : `ports of ${name} are being configured for ${word}`;
        return { done, changed, message, retryMs, percent, token: tokenOf(stage, each) };
      };
      if (each.transition !== undefined) {
        const { operationId, until, startedAt } = each.transition;
        const left = Math.max(1, Math.ceil(until - stage.clock.now()));
        if (operationId !== operation.id)
          throw inProgress(name, `ports of ${name} are being configured`, operationId, left);
        return answer(false, true, left, Math.floor(((stage.clock.now() - startedAt) * 100) / (until - startedAt)));
      }
      if (isSo(each, wanted)) return answer(true, each.writer === operation.id, 0, 100);
      const write = { node: name, verb: "ports", operation } as const;
      accept(stage, write, each);
      const finish = (): void => {
        each.mode = mode;
        each.devices = devices;
        note(stage, write, true);
      };
      const ms = settings.ms("ports");
      if (ms <= 0) {
        finish();
        return answer(true, true, 0, 100);
      }
      const startedAt = stage.clock.now();
      each.transition = { operationId: operation.id, startedAt, until: startedAt + ms, finish };
      return answer(false, true, Math.ceil(ms), 1);
    },
    change(name, mode) {
      const each = open(name);
      sign(each, `hand ${each.version}`);
      each.mode = mode;
    },
  };
}

function isSo(each: Kept, { mode, devices }: WantedPorts): boolean {
  if (each.mode !== mode || each.devices.length !== devices.length) return false;
  return each.devices.every((device, at) => device === devices[at]);
}

function portsOf({ name, mode, devices }: Kept): SeenPort[] {
  const switchName = `tor-${name}`.slice(0, 253);
  return devices.map((device) => ({ server: name, switchName, port: device, mode }));
}
