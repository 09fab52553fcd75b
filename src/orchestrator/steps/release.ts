import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { PortMode } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerPhase } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { callServicePatiently, createPatience } from "../job/patience.ts";
import { ensurePorts } from "./ensure-ports.ts";
import { ensureServer } from "./ensure-server.ts";
import type { Step } from "./step.ts";

/** Gives a machine back. The tokens of its installations open nothing any more, and its ports are for provisioning. */
export const release: Step = {
  kind: StepKind.RELEASE,
  async run(context) {
    const { job, task, introspection, drift, clock, policy, signal } = context;
    const { changed, message, observed } = await ensureServer(context, ServerPhase.RELEASED);
    const node = task.step.subject;
    await callServicePatiently(createPatience(clock, policy), signal, () =>
      introspection().revokeNodeTokens({ design: job.design, node }, { signal }),
    );
    const ports = await ensurePorts(context, PortMode.PROVISIONING);
    await callServicePatiently(createPatience(clock, policy), signal, () => drift.forget(job.design, node));
    return {
      changed: changed || ports.changed,
      message,
      status: {
        phase: NodePhase.RELEASED,
        deployedSpecDigest: "",
        deployedRevision: 0n,
        conditions: [{ type: "Deployed", status: false, message: "released" }],
        ...(observed !== undefined && { providerId: observed.providerId, addresses: observed.addresses }),
      },
    };
  },
};
