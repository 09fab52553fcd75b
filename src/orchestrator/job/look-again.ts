import { recheckNode } from "../../plan/recheck-node.ts";
import { oneLine } from "../one-line.ts";
import { type StepContext, StepFailure } from "../steps/step.ts";
import { callPatiently, createPatience } from "./patience.ts";

/**
 * Looks at a node's machine again after its driver found it changed. Gives the driver's new token when the approved steps still allow
 * all that is left to do; throws StepFailure naming the difference otherwise.
 */
export async function lookAtNodeAgain(context: StepContext): Promise<string> {
  const { job, task, world, signal, clock, policy } = context;
  const node = task.step.subject;
  const servers = await callPatiently(createPatience(clock, policy), signal, () =>
    world.servers(job.snapshot, [node], signal),
  );
  const seen = servers.get(node);
  if (seen === undefined) throw new StepFailure(`node ${node} can't be observed`);
  const approved = (job.nodeTasks.get(node) ?? []).map(({ step }) => step);
  const { specDigest = "" } = job.snapshot.specOf(node).spec;
  const [difference] = recheckNode(node, approved, job.action, seen, specDigest);
  if (difference !== undefined) throw new StepFailure(oneLine(`the world changed: ${difference.message}`));
  return seen.precondition;
}
