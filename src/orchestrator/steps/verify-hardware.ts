import { HardwareVerdict, NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { compareHardware, usedAliases } from "../../plan/compare-hardware.ts";
import { textAt } from "../../plan/read-tree.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { oneLine } from "../one-line.ts";
import { type NodeUpdate, type Step, StepFailure } from "./step.ts";

const MOST_DIFFERENCES = 256;

/** Compares a machine with its hardware profile and records both the machine and the verdict. */
export const verifyHardware: Step = {
  kind: StepKind.VERIFY_HARDWARE,
  async run({ job, task, drivers, clock, policy, signal }) {
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
    const { fits, differences } = compareHardware(profile, manifest, usedAliases(node));
    const status: NodeUpdate = {
      asBuilt: manifest,
      hardwareVerdict: fits ? HardwareVerdict.MATCH : HardwareVerdict.MISMATCH,
      hardwareDifferences: differences.slice(0, MOST_DIFFERENCES).map(({ field, designed, built, message }) => ({
        field: oneLine(field),
        designed: oneLine(designed, 1024),
        built: oneLine(built, 1024),
        message: oneLine(message),
      })),
    };
    const errors = differences.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first !== undefined) {
      const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
      throw new StepFailure(oneLine(`hardware is not as designed: ${first.message}${more}`), status);
    }
    const warnings = differences.length === 0 ? "" : `, with ${differences.length} lesser differences`;
    const message = profileName === "" ? "no hardware profile to compare with" : `as ${profileName} says${warnings}`;
    return { changed: true, message, status: { ...status, phase: NodePhase.HARDWARE_VERIFIED } };
  },
};
