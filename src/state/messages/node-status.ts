import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { HardwareVerdict, NodePhase, type NodeStatusSchema } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import type { NodeState } from "../query/node-state.ts";
import { differenceMessage } from "./hardware-difference.ts";

/** A node's state, or what stands for it where nothing is known, in the contract's form. */
export function nodeStatusToMessage(
  node: string,
  state: NodeState | undefined,
): MessageInitShape<typeof NodeStatusSchema> {
  const row = state?.status ?? null;
  const asBuiltDigest = state?.asBuiltDigest ?? "";
  if (row === null) return { node, asBuiltDigest };
  return {
    ...{ node, asBuiltDigest, designChanged: state?.designChanged ?? false },
    deployedRevision: row.deployedRevision ?? 0n,
    phase: phaseFromText(row.phase),
    conditions: row.conditions.map(({ type, status, message, since }) => ({
      type,
      status,
      message,
      since: timestampFromDate(new Date(since)),
    })),
    lastJobId: row.lastJobId,
    providerId: row.providerId,
    addresses: [...row.addresses],
    hardwareVerdict: verdictFromText(row.hardwareVerdict),
    hardwareDifferences: row.hardwareDifferences.map(differenceMessage),
    deployedSpecDigest: row.deployedSpecDigest,
    ...(row.calledInAt && { calledInAt: timestampFromDate(row.calledInAt) }),
    updatedAt: timestampFromDate(row.updatedAt),
    ...(row.phaseSince && { phaseSince: timestampFromDate(row.phaseSince) }),
  };
}

/** The names phases are stored under. */
export const NODE_PHASES = Object.keys(NodePhase).filter((name) => !/^\d/.test(name));

/** The names hardware verdicts are stored under. */
export const HARDWARE_VERDICTS = Object.keys(HardwareVerdict).filter((name) => !/^\d/.test(name));

/** The name a phase is stored under. */
export function phaseToText(phase: NodePhase): string {
  return NodePhase[phase] ?? "UNSPECIFIED";
}

/** The name a hardware verdict is stored under. */
export function verdictToText(verdict: HardwareVerdict): string {
  return HardwareVerdict[verdict] ?? "UNSPECIFIED";
}

function phaseFromText(text: string): NodePhase {
  return text in NodePhase ? NodePhase[text as keyof typeof NodePhase] : NodePhase.UNSPECIFIED;
}

function verdictFromText(text: string): HardwareVerdict {
  return text in HardwareVerdict ? HardwareVerdict[text as keyof typeof HardwareVerdict] : HardwareVerdict.UNSPECIFIED;
}
