import { toJson } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { HardwareProfileSchema } from "../../gen/bedplate/design/v1/hardware_profile_pb.js";
import { type Node, NodeSchema } from "../../gen/bedplate/design/v1/node_pb.js";
import type { HardwareDifference } from "../../gen/bedplate/design/v1/node_status_pb.js";
import type { HardwareManifest } from "../../gen/bedplate/type/v1/hardware_pb.js";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import { differenceMessages, type ProfileExplainer } from "../plan/as-built/difference-message.ts";
import { compareHardware, usedAliases } from "../plan/compare-hardware.ts";

/** Whether a node fits its hardware profile, and where it doesn't, each with who supplied the designed value. */
export interface ProfileVerdict {
  readonly fits: boolean;
  readonly differences: HardwareDifference[];
}

/** Compares a node's manifest with the hardware profile the design gives it. A node without a profile fits anything. */
export async function compareWithProfile(
  designState: Client<typeof DesignStateService>,
  design: string,
  node: Node,
  manifest: HardwareManifest,
  signal: AbortSignal,
): Promise<ProfileVerdict> {
  const name = node.hardwareProfile;
  if (name === undefined) return { fits: true, differences: [] };
  const { item } = await designState.getItem({ design, kind: "HardwareProfile", name }, { signal });
  if (item?.spec.case !== "hardwareProfile") return { fits: true, differences: [] };
  const profile = treeOf(toJson(HardwareProfileSchema, item.spec.value, { useProtoFieldName: true }));
  const used = usedAliases(treeOf(toJson(NodeSchema, node, { useProtoFieldName: true })));
  const { fits, differences } = compareHardware(profile, manifest, used);
  const explain: ProfileExplainer = async (path) => {
    // Who wrote a value is told if it can be; a node's report isn't refused for it.
    const answer = await designState.explain({ design, kind: "HardwareProfile", name, path }, { signal }).catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
    const explanation = answer?.explanation;
    if (explanation === undefined) return undefined;
    const { from, item: supplier, layer, rule } = explanation;
    return { ...(from !== undefined && { location: from }), item: supplier, layer, rule };
  };
  return { fits, differences: await differenceMessages(differences, explain) };
}

function treeOf(json: Tree): TreeMap {
  return isTreeMap(json) ? json : {};
}
