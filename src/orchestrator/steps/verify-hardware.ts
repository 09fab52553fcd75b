import { HardwareVerdict, NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { differenceMessages, type ProfileExplainer } from "../../plan/as-built/difference-message.ts";
import { compareHardware, type HardwareComparison, usedAliases } from "../../plan/compare-hardware.ts";
import { mapAt, textAt } from "../../plan/read-tree.ts";
import { createFieldExplainer } from "../explain-field.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { oneLine } from "../one-line.ts";
import { type NodeUpdate, type Step, type StepContext, StepFailure } from "./step.ts";

const NAMED = 8;

/** Compares a machine with its hardware profile and records both the machine and the verdict. */
export const verifyHardware: Step = {
  kind: StepKind.VERIFY_HARDWARE,
  async run(context) {
    const { job, task, drivers, clock, policy, signal } = context;
    const { subject, driverInstance } = task.step;
    const { view, specOf } = job.snapshot;
    const server = specOf(subject).spec.identity ?? { name: subject };
    const { manifest } = await callPatiently(createPatience(clock, policy), signal, () =>
      drivers.call(driverInstance, ServerDriverService, signal, (client, target) =>
        client.getServerHardware({ target, server }, { signal, timeoutMs: policy.callMs }),
      ),
    );
    if (manifest === undefined) throw new StepFailure(`the driver of ${driverInstance} gave no hardware manifest`);
    const node = view.nodes.get(subject) ?? {};
    const profileName = textAt(node, "hardware_profile");
    const profile = view.hardwareProfiles.get(profileName) ?? {};
    const comparison = compareHardware(profile, manifest, usedAliases(node));
    const { fits, differences } = comparison;
    const status: NodeUpdate = {
      asBuilt: manifest,
      hardwareVerdict: fits ? HardwareVerdict.MATCH : HardwareVerdict.MISMATCH,
      hardwareDifferences: await differenceMessages(differences, profileExplainer(context, profileName)),
    };
    const errors = differences.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first !== undefined) {
      const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
      throw new StepFailure(oneLine(`hardware is not as designed: ${first.message}${more}`), status);
    }
    const message =
      profileName === ""
        ? "no hardware profile to compare with"
        : `as ${profileName} says${remarks(comparison, textAt(mapAt(profile, "as_built"), "mismatch") !== "")}`;
    return { changed: true, message: oneLine(message), status: { ...status, phase: NodePhase.HARDWARE_VERIFIED } };
  },
};

/** What there is to say of a machine that fits all the same; what it doesn't tell matters to those who have a policy. */
function remarks({ differences, unusedWaivers, untold }: HardwareComparison, hasPolicy: boolean): string {
  const lesser = differences.filter(({ severity }) => severity === "warning").length;
  const waived = differences.filter(({ severity }) => severity === "waived").length;
  return [
    lesser > 0 && `with ${lesser} lesser difference${lesser === 1 ? "" : "s"}`,
    waived > 0 && `${waived} waived`,
    hasPolicy && untold.length > 0 && `not told by the machine: ${named(untold)}`,
    unusedWaivers.length > 0 && `waivers without a difference: ${named(unusedWaivers)}`,
  ]
    .filter((remark) => remark !== false)
    .map((remark) => `, ${remark}`)
    .join("");
}

function named(fields: readonly string[]): string {
  return fields.slice(0, NAMED).join(", ") + (fields.length > NAMED ? `, and ${fields.length - NAMED} more` : "");
}

/** Asks who wrote what the profile says. A design state that can't tell now keeps no machine from being verified. */
function profileExplainer({ job, state, signal }: StepContext, name: string): ProfileExplainer {
  const { design, revision } = job.snapshot;
  const explain = createFieldExplainer(state(), design, signal);
  return (path) =>
    explain(revision, { kind: "HardwareProfile", name, path }).catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
}
