import type { Machine } from "../machine.ts";
import type { ScriptResult, ScriptSet } from "../script.ts";
import type { Sim } from "../sim.ts";
import { failingScript, runScript } from "./run-scripts.ts";

/** The most sets of one type kept per machine. */
const KEPT = 10;
const STATUS_NAMES: Readonly<Record<number, string>> = { 3: "Failed", 4: "Timed out" };

/** Starts a set of scripts, all running. */
export function openScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"], names: readonly string[]): void {
  const { state, scheduler } = sim;
  machine.scriptSets.push({
    id: state.nextId("scriptset"),
    type,
    started: scheduler.now(),
    ended: null,
    results: names.map((name): ScriptResult => {
      const script = state.scripts.get(name);
      return {
        id: state.nextId("result"),
        name,
        scriptId: script?.id ?? null,
        revisionId: script?.history.at(-1)?.id ?? null,
        ...{ status: 1, exitStatus: null, output: "" },
      };
    }),
  });
  const old = machine.scriptSets.filter((set) => set.type === type);
  const oldest = old[0];
  if (old.length > KEPT && oldest !== undefined) machine.scriptSets.splice(machine.scriptSets.indexOf(oldest), 1);
}

/** Why the running set of a type ends badly, as the world says of its scripts; undefined when it doesn't. */
export function scriptFault(machine: Machine, type: ScriptSet["type"]): string | undefined {
  const name = failingScript(machine.hardware, runningSet(machine, type)?.results.map((result) => result.name) ?? []);
  return name === undefined ? undefined : `script ${name} did not pass`;
}

/** Ends the running set of a type: each script as the world says; without `passed`, and when no script failed, the last one failed. */
export function closeScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"], passed: boolean): void {
  const set = runningSet(machine, type);
  if (set === undefined) return;
  const results = set.results.map(
    (result): ScriptResult => ({ ...result, ...runScript(machine.hardware, result.name) }),
  );
  const last = results.at(-1);
  if (!passed && last !== undefined && results.every(({ status }) => !(status in STATUS_NAMES))) {
    results[results.length - 1] = { ...last, status: 3, exitStatus: 1, output: `${last.name}: failed\n` };
  }
  for (const { name, status } of results) {
    const word = STATUS_NAMES[status];
    if (word !== undefined) {
      sim.events.record(machine, "ERROR", "Script result", `${name} changed status from 'Running' to '${word}'`);
    }
  }
  end(sim, set, results);
}

/** Ends the running set of a type as aborted. */
export function abortScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"]): void {
  const set = runningSet(machine, type);
  if (set === undefined) return;
  const results = set.results.map(
    (result, index): ScriptResult =>
      index === set.results.length - 1
        ? { ...result, status: 5, exitStatus: 1, output: `${result.name}: failed\n` }
        : { ...result, status: 2, exitStatus: 0, output: `${result.name}: ok\n` },
  );
  end(sim, set, results);
}

function runningSet(machine: Machine, type: ScriptSet["type"]): ScriptSet | undefined {
  return machine.scriptSets.findLast((candidate) => candidate.type === type && candidate.ended === null);
}

function end(sim: Sim, set: ScriptSet, results: readonly ScriptResult[]): void {
  set.results.splice(0, results.length, ...results);
  set.ended = sim.scheduler.now();
}
