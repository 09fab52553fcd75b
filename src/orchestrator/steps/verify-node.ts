import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Condition, NodePhase, type NodeStatus } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { oneLine } from "../one-line.ts";
import { type Step, StepFailure } from "./step.ts";

/** Waits until a node has called in by itself, after its deployment if this job deployed it. */
export const verifyNode: Step = {
  kind: StepKind.VERIFY_NODE,
  async run({ job, task, callIns, carried, clock }) {
    const node = task.step.subject;
    const since = carried.deployedSince === "" ? 0 : Date.parse(carried.deployedSince);
    const status = await clock.await(`node ${node} to call in`, (signal) =>
      callIns.until(
        job.design,
        node,
        signal,
        (seen) => hasCalledIn(seen, since) || failureOf(seen, since) !== undefined,
      ),
    );
    const failed = failureOf(status, since);
    if (failed !== undefined) throw new StepFailure(oneLine(`node ${node} reports that it failed: ${failed.message}`));
    const at = status.calledInAt === undefined ? "" : ` at ${timestampDate(status.calledInAt).toISOString()}`;
    return { changed: true, message: `called in${at}`, status: { phase: NodePhase.READY } };
  },
};

function hasCalledIn({ calledInAt }: NodeStatus, since: number): boolean {
  return calledInAt !== undefined && timestampDate(calledInAt).getTime() >= since;
}

function failureOf({ conditions }: NodeStatus, since: number): Condition | undefined {
  return conditions.find(
    ({ type, status, since: at }) =>
      type === "NodeReady" && !status && at !== undefined && timestampDate(at).getTime() >= since,
  );
}
