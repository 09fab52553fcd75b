import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { nodeNetwork, surroundingNames } from "../../design/node-network.ts";
import type { StateDeps } from "../deps.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";
import { readFirstTree, readTree, readTreesNamed } from "../store/item-trees.ts";

/** The RPC that tells how a node is connected. It reads the node, and the networks and links that names. */
export function createNodeNetworkHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "getNodeNetwork"> {
  return {
    async getNodeNetwork(request) {
      const head = await readDesign(db, request.design);
      const revision = await revisionAt(db, head, request);
      const at = { head, revision };
      const node = await readTree(db, at, { kind: "Node", name: request.node });
      if (node === undefined) throw await unknownItem(db, head, revision, "Node", request.node);
      const names = surroundingNames(node);
      const { attachments, dnsServers, dnsSearch, ...network } = nodeNetwork(request.node, node, {
        networks: await readTreesNamed(db, at, "Network", names.networks),
        links: await readTreesNamed(db, at, "NetworkLink", names.links),
        site: await readFirstTree(db, at, "Site"),
      });
      return {
        ...network,
        dnsServers: [...dnsServers],
        dnsSearch: [...dnsSearch],
        attachments: attachments.map((each) => ({ ...each, routes: [...each.routes] })),
        revision,
      };
    },
  };
}
