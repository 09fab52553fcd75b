import { create } from "@bufbuild/protobuf";
import { NetworkDriverService, type PortMode } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { EnsureResultSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { textAt } from "../../plan/read-tree.ts";
import { type Ensured, ensureUntilDone } from "../job/ensure.ts";
import type { StepContext } from "./step.ts";

/**
 * Brings the switch ports of the step's machine to a mode, through the site's network driver. They stay as they are when `spare` says so,
 * which is asked while the job holds the machine.
 */
export function ensurePorts(
  context: StepContext,
  mode: PortMode,
  spare: () => Promise<boolean> = async () => false,
): Promise<Ensured> {
  const { job, task, drivers, operationId, signal, policy } = context;
  const instance = networkDriverOf(job.snapshot.view.site);
  const { spec } = job.snapshot.specOf(task.step.subject);
  const ports = {
    ...(spec.identity !== undefined && { server: spec.identity }),
    mode,
    ...(spec.interfaces !== undefined && { interfaces: spec.interfaces }),
  };
  return ensureUntilDone(context, {
    subject: task.step.subject,
    instance,
    operationId: `${operationId}:ports`,
    // Ports have no history in a job: they are taken as they are.
    precondition: "",
    lookAgain: async () => "",
    async call(operation) {
      if (await spare()) return create(EnsureResultSchema, { outcome: { case: "done", value: { changed: false } } });
      const answer = await drivers.call(instance, NetworkDriverService, signal, (client, target) =>
        client.ensureNetwork({ target, spec: ports, operation }, { signal, timeoutMs: policy.callMs }),
      );
      return answer.result;
    },
  });
}

/** The driver instance that provisions the switch ports of a site. */
export function networkDriverOf(site: Parameters<typeof textAt>[0]): string {
  return textAt(site, "network_driver") || "noop-network";
}
