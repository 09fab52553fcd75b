import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { PortMode } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerPhase } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { mapAt, textAt } from "../../plan/read-tree.ts";
import { nodeToken, tokenHash } from "../job/node-token.ts";
import { callServicePatiently, createPatience } from "../job/patience.ts";
import { userData } from "../job/user-data.ts";
import { ensurePorts } from "./ensure-ports.ts";
import { ensureServer } from "./ensure-server.ts";
import type { Step, StepContext } from "./step.ts";

/** Installs a machine. It is given a token of its own, which is known before the machine can use it. Its ports then do their work. */
export const deploy: Step = {
  kind: StepKind.DEPLOY,
  async run(context) {
    const { job, task, clock } = context;
    const { subject } = task.step;
    const access = await grantAccess(context);
    const server = await ensureServer(context, ServerPhase.DEPLOYED, userData(access));
    await ensurePorts(context, PortMode.PRODUCTION);
    const { changed, message, precondition, observed } = server;
    const before = !changed && (await wasDeployedBefore(context));
    return {
      changed,
      message,
      carried: { precondition, deployedSince: before ? "" : clock.startedAt.toISOString() },
      status: {
        phase: NodePhase.DEPLOYED,
        deployedSpecDigest: job.snapshot.specOf(subject).spec.specDigest ?? "",
        deployedRevision: job.snapshot.revision,
        conditions: [{ type: "Deployed", status: true, message }],
        ...(observed !== undefined && { providerId: observed.providerId, addresses: observed.addresses }),
      },
    };
  },
};

/** Whether an earlier job installed the machine so: it won't boot again, so an earlier call-in counts. */
async function wasDeployedBefore({ job, task, clock, policy, state, signal }: StepContext): Promise<boolean> {
  const node = task.step.subject;
  const { status } = await callServicePatiently(createPatience(clock, policy), signal, () =>
    state().getNodeStatus({ design: job.design, node }, { signal }),
  );
  return status?.deployedSpecDigest === job.snapshot.specOf(node).spec.specDigest;
}

async function grantAccess(context: StepContext): Promise<{ url: string; token: string; node: string }> {
  const { job, task, clock, policy, signal, introspection, introspectionUrl, nodeTokenKey } = context;
  const node = task.step.subject;
  const token = nodeToken(nodeTokenKey, job.design, node, job.id);
  const expiresAt = timestampFromDate(new Date(Date.now() + policy.tokenMs));
  await callServicePatiently(createPatience(clock, policy), signal, () =>
    introspection().registerNodeToken(
      { tokenSha256: tokenHash(token), design: job.design, node, jobId: job.id, expiresAt },
      { signal },
    ),
  );
  const metadata = mapAt(job.snapshot.view.nodes.get(node) ?? {}, "metadata");
  return { url: textAt(metadata, "introspection_url") || introspectionUrl(), token, node };
}
