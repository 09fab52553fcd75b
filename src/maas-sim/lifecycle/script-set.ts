import type { Machine } from "../machine.ts";
import type { ScriptSet } from "../script.ts";
import type { Sim } from "../sim.ts";

/** The most sets of one type kept per machine. */
const KEPT = 10;

/** Starts a set of scripts, all running. */
export function openScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"], names: readonly string[]): void {
  const { state, scheduler } = sim;
  machine.scriptSets.push({
    id: state.nextId("scriptset"),
    type,
    started: scheduler.now(),
    ended: null,
    results: names.map((name) => ({ id: state.nextId("result"), name, status: 1, exitStatus: null, output: "" })),
  });
  const old = machine.scriptSets.filter((set) => set.type === type);
  const oldest = old[0];
  if (old.length > KEPT && oldest !== undefined) machine.scriptSets.splice(machine.scriptSets.indexOf(oldest), 1);
}

/** Ends the running set of a type: passed, or failed at its last script. */
export function closeScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"], passed: boolean): void {
  endScriptSet(sim, machine, type, passed ? 2 : 3);
}

/** Ends the running set of a type as aborted. */
export function abortScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"]): void {
  endScriptSet(sim, machine, type, 5);
}

function endScriptSet(sim: Sim, machine: Machine, type: ScriptSet["type"], last: 2 | 3 | 5): void {
  const set = machine.scriptSets.findLast((candidate) => candidate.type === type && candidate.ended === null);
  if (set === undefined) return;
  const results = set.results.map((result, index) => {
    const status = index === set.results.length - 1 ? last : 2;
    return {
      ...result,
      status,
      exitStatus: status === 2 ? 0 : 1,
      output: `${result.name}: ${status === 2 ? "ok" : "failed"}\n`,
    };
  });
  set.results.splice(0, results.length, ...results);
  set.ended = sim.scheduler.now();
}
