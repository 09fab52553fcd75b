import type { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { designDrift, type FoundDrift } from "../../plan/design-drift.ts";
import { isPowerOutOfBand } from "../../plan/drivers-of.ts";
import { callPatiently, callServicePatiently, createPatience } from "../job/patience.ts";
import { oneLine } from "../one-line.ts";
import { AS_DESIGNED } from "../store/node-drift.ts";
import { type Step, type StepContext, StepFailure } from "./step.ts";

/** Compares a deployed machine with the design, and records each difference. Writes nothing to the world. */
export const verifyDesign: Step = {
  kind: StepKind.VERIFY_DESIGN,
  keepsPhase: true,
  async run(context) {
    const { job, task, drift, clock, policy, signal } = context;
    const node = task.step.subject;
    const found = await callPatiently(createPatience(clock, policy), signal, () => compare(context));
    const { design, revision } = job.snapshot;
    await callServicePatiently(createPatience(clock, policy), signal, () =>
      drift.record({ design, node, revision, jobId: job.id, found }),
    );
    const message = oneLine(driftWords(found));
    return {
      changed: true,
      message,
      status: { conditions: [{ type: "AsDesigned", status: found.length === 0, message }] },
    };
  },
};

async function compare({ job, task, world, controllers, signal }: StepContext): Promise<readonly FoundDrift[]> {
  const { snapshot } = job;
  const nodes = [task.step.subject];
  const [node = ""] = nodes;
  const [servers, changes, powered] = await Promise.all([
    world.servers(snapshot, nodes, signal),
    world.changes(snapshot, nodes, signal),
    isPowerOutOfBand(snapshot.view) ? controllers.power(snapshot, nodes, signal) : new Map<string, PowerState>(),
  ]);
  const seen = servers.get(node);
  if (seen === undefined) throw new StepFailure(`node ${node} can't be observed`);
  const { specDigest = "" } = snapshot.specOf(node).spec;
  return designDrift(seen, powered.get(node) ?? seen.power, specDigest, changes.get(node) ?? []);
}

function driftWords(found: readonly FoundDrift[]): string {
  const [first] = found;
  if (first === undefined) return AS_DESIGNED;
  const count = `${found.length} ${found.length === 1 ? "difference" : "differences"}`;
  return `${count}: ${first.object}${first.field === "" ? "" : ` (${first.field})`} is ${first.observed || "absent"}, designed ${first.designed || "absent"}`;
}
