import { toJson } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { HardwareProfileSchema } from "../../gen/bedplate/design/v1/hardware_profile_pb.js";
import { type Node, NodeSchema } from "../../gen/bedplate/design/v1/node_pb.js";
import type { HardwareManifest } from "../../gen/bedplate/type/v1/hardware_pb.js";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import { compareHardware, type HardwareComparison, usedAliases } from "../plan/compare-hardware.ts";

/** Compares a node's manifest with the hardware profile the design gives it. A node without a profile fits anything. */
export async function compareWithProfile(
  designState: Client<typeof DesignStateService>,
  design: string,
  node: Node,
  manifest: HardwareManifest,
  signal: AbortSignal,
): Promise<HardwareComparison> {
  const name = node.hardwareProfile;
  if (name === undefined) return { fits: true, differences: [] };
  const { item } = await designState.getItem({ design, kind: "HardwareProfile", name }, { signal });
  if (item?.spec.case !== "hardwareProfile") return { fits: true, differences: [] };
  const profile = treeOf(toJson(HardwareProfileSchema, item.spec.value, { useProtoFieldName: true }));
  const used = usedAliases(treeOf(toJson(NodeSchema, node, { useProtoFieldName: true })));
  return compareHardware(profile, manifest, used);
}

function treeOf(json: Tree): TreeMap {
  return isTreeMap(json) ? json : {};
}
