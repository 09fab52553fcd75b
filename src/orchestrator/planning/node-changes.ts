import { Buffer } from "node:buffer";
import { Code, ConnectError } from "@connectrpc/connect";
import { ServerDriverService, ServerPhase } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { PlannedChange } from "../../../gen/bedplate/driver/v1/target_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { boundChanges } from "../../plan/bound-changes.ts";
import type { ServerSpecInit } from "../../plan/driver-spec/server-spec.ts";
import type { SiteChange } from "../../plan/node-facts.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import { driverError } from "../drivers/driver-failure.ts";
import { oneLine } from "../one-line.ts";
import type { Policy } from "../policy.ts";
import { createSemaphore } from "../semaphore.ts";
import { seenChange } from "../world.ts";

/** A step a driver is asked about. */
export interface AskedStep {
  readonly stepId: string;
  readonly node: string;
  readonly phase: ServerPhase;
  readonly driverInstance: string;
}

/** What drivers said. */
export interface NodeChanges {
  /** What they would change, by step. */
  readonly changes: ReadonlyMap<string, readonly SiteChange[]>;
  /** What they would refuse, one for each machine. */
  readonly refusals: readonly Diagnostic[];
}

/** Asks drivers what they would change of machines. */
export interface NodeChangesReader {
  /** Throws as drivers do where they can't be asked; the error names the driver instance. */
  read(snapshot: DesignSnapshot, steps: readonly AskedStep[], signal: AbortSignal): Promise<NodeChanges>;
}

interface Answer {
  readonly node: string;
  readonly phase: ServerPhase;
  readonly changes: readonly PlannedChange[];
  readonly refusal: string;
}

const MANY = "plan-servers";
const SPECS_PER_CALL = 500;
// Below the bound of a message, with room for the target.
const BYTES_PER_CALL = 3_000_000;
// With these a driver says that it can't be done; with any other that it can't say.
const REFUSALS: ReadonlySet<Code> = new Set([Code.NotFound, Code.InvalidArgument, Code.FailedPrecondition]);

/** Makes the reader. A driver that declares "plan-servers" is asked about many machines at a time, another about each phase of each. */
export function createNodeChanges(
  drivers: Pick<DriverAccess, "call" | "info">,
  { callMs, observeMs, planCallsAtOnce }: Pick<Policy, "callMs" | "observeMs" | "planCallsAtOnce">,
): NodeChangesReader {
  const askMany = (instance: string, batch: Batch, signal: AbortSignal): Promise<Answer[]> =>
    drivers.call(instance, ServerDriverService, signal, async (client, target) => {
      const request = { target, specs: [...batch.specs], phases: [...batch.phases] };
      const answers: Answer[] = [];
      for await (const { plans } of client.planServers(request, { signal, timeoutMs: observeMs })) {
        for (const { name, phase, changes, refusal } of plans) answers.push({ node: name, phase, changes, refusal });
      }
      return answers;
    });
  const askOne = (instance: string, spec: ServerSpecInit, phase: ServerPhase, signal: AbortSignal): Promise<Answer> =>
    drivers.call(instance, ServerDriverService, signal, async (client, target) => {
      const node = spec.identity?.name ?? "";
      try {
        const { changes } = await client.planServer({ target, spec, phase }, { signal, timeoutMs: callMs });
        return { node, phase, changes, refusal: "" };
      } catch (error) {
        const { code, rawMessage } = ConnectError.from(error);
        if (REFUSALS.has(code)) return { node, phase, changes: [], refusal: rawMessage };
        throw error;
      }
    });

  return {
    async read({ specOf }, steps, signal) {
      const places = createSemaphore(planCallsAtOnce);
      const answers = await Promise.all(
        [...Map.groupBy(steps, ({ driverInstance }) => driverInstance)].map(async ([instance, asked]) => {
          try {
            const { capabilities } = await drivers.info(instance, signal);
            const batches = batchesOf(asked, (node) => specOf(node).spec);
            const calls = capabilities.some(({ name }) => name === MANY)
              ? batches.map((batch) => () => askMany(instance, batch, signal))
              : batches.flatMap(({ specs, phases }) =>
                  specs.flatMap((spec) =>
                    phases.map((phase) => async () => [await askOne(instance, spec, phase, signal)]),
                  ),
                );
            return (await Promise.all(calls.map((call) => places.run(signal, call)))).flat();
          } catch (error) {
            throw driverError(instance, error);
          }
        }),
      );
      return collect(steps, answers.flat());
    },
  };
}

interface Batch {
  readonly specs: readonly ServerSpecInit[];
  readonly phases: readonly ServerPhase[];
}

/** Machines that are asked about for the same phases go together, as many as a message holds. */
function batchesOf(steps: readonly AskedStep[], specOf: (node: string) => ServerSpecInit): readonly Batch[] {
  const phasesOf = new Map<string, ServerPhase[]>();
  for (const { node, phase } of steps) {
    const known = phasesOf.get(node);
    if (known === undefined) phasesOf.set(node, [phase]);
    else known.push(phase);
  }
  const alike = Map.groupBy(phasesOf, ([, phases]) => phases.join());
  return [...alike.values()].flatMap((nodes) => {
    const phases = nodes[0]?.[1] ?? [];
    const batches: { specs: ServerSpecInit[]; phases: readonly ServerPhase[] }[] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const [node] of nodes) {
      const spec = specOf(node);
      // Its JSON is longer than what is sent.
      const size = Buffer.byteLength(JSON.stringify(spec));
      const last = batches.at(-1);
      if (last === undefined || last.specs.length === SPECS_PER_CALL || bytes + size > BYTES_PER_CALL) {
        batches.push({ specs: [spec], phases });
        bytes = size;
      } else {
        last.specs.push(spec);
        bytes += size;
      }
    }
    return batches;
  });
}

function collect(steps: readonly AskedStep[], answers: readonly Answer[]): NodeChanges {
  const ids = new Map<string, AskedStep>(steps.map((step) => [key(step), step]));
  const changes = new Map<string, readonly SiteChange[]>();
  const refusals = new Map<string, Diagnostic>();
  for (const answer of answers) {
    const step = ids.get(key(answer));
    if (step === undefined) continue;
    if (answer.refusal === "") changes.set(step.stepId, boundChanges(answer.changes.map(seenChange)));
    else if (!refusals.has(step.node)) refusals.set(step.node, refused(step, answer.refusal));
  }
  for (const step of steps) {
    if (changes.has(step.stepId) || refusals.has(step.node)) continue;
    refusals.set(step.node, refused(step, "its driver says nothing of it"));
  }
  return { changes, refusals: [...refusals.values()] };
}

function key({ node, phase }: { readonly node: string; readonly phase: ServerPhase }): string {
  return `${ServerPhase[phase]} ${node}`;
}

function refused({ node, driverInstance }: AskedStep, refusal: string): Diagnostic {
  return {
    rule: "machine-refused",
    severity: "error",
    message: oneLine(`node ${node} can't be worked on by driver instance ${driverInstance}: ${refusal}`),
    hint: "mend the design or the machine, or leave the node out of the selection",
    kind: "Node",
    name: node,
    related: [],
  };
}
