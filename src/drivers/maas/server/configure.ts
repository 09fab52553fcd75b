import type { Action } from "../action.ts";
import { networkPlanner } from "../network/network-area.ts";
import { explainTaken } from "../network/taken-address.ts";
import { settle, stuck } from "../settle.ts";
import { storagePlanner, withStacks } from "../storage/storage-area.ts";
import { listed } from "../text.ts";
import { readOneMachine } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { giveBack, requireFree } from "./require-free.ts";
import { STATUS } from "./status.ts";
import { absent, done, type Outcome, type Step } from "./step.ts";

/** Brings a machine's interfaces to its specification. */
export async function ensureNetworkConfigured(step: Step, machine: Machine | undefined): Promise<Outcome> {
  if (machine === undefined) throw absent(step);
  const answer = await requireFree(step, machine);
  if (answer !== undefined) return answer;
  const plan = await networkPlanner(step.client, step.spec, machine);
  // What cannot come about is told before anything is taken apart.
  const impossible = plan(machine).find(({ blocked }) => blocked !== undefined);
  if (impossible !== undefined) throw stuck(impossible);
  // Bridges made on a machine that is taken are its owner's, and go with it when it is given back.
  if (machine.status === STATUS.ALLOCATED && plan(machine).length > 0) return giveBack(step, machine);
  const settled = await settle(
    machine,
    {
      observe: () => readOneMachine(step.client, machine.systemId),
      plan: (state) => ({ actions: plan(state), notes: [] }),
    },
    explainTaken(step),
  );
  return configured(settled.state, settled.plan.actions, step, "interfaces are as specified");
}

/** Brings a machine's disks to its specification. */
export async function ensureStorageConfigured(step: Step, machine: Machine | undefined): Promise<Outcome> {
  if (machine === undefined) throw absent(step);
  const answer = await requireFree(step, machine);
  if (answer !== undefined) return answer;
  const { client, spec } = step;
  const plan = await storagePlanner(client, spec, machine);
  const first = await withStacks(client, spec, machine);
  if (machine.status === STATUS.ALLOCATED && plan(first).length > 0) return giveBack(step, machine);
  const settled = await settle(
    first,
    {
      observe: async () => withStacks(client, spec, await readOneMachine(client, machine.systemId)),
      plan: (state) => ({ actions: plan(state), notes: [] }),
    },
    step.writer,
  );
  return configured(settled.state.machine, settled.plan.actions, step, "disks are as specified");
}

function configured(machine: Machine, left: readonly Action[], step: Step, message: string): Outcome {
  if (left.length === 0) return done(machine, message);
  const { count } = step.writer;
  return {
    machine,
    isDone: false,
    percent: Math.floor((100 * count) / (count + left.length)),
    message: `${left.length} changes left: ${listed([...new Set(left.map(({ object }) => object))])}`,
  };
}
