import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { NodeAttachment } from "../../gen/bedplate/design/v1/query_pb.js";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { NodeOptions } from "./node.ts";
import { print, printTable, printValue } from "./output.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** `bedplate node network NAME`: how a node is connected. */
export async function nodeNetwork(
  node: string,
  options: NodeOptions & { readonly revision?: RevisionWord },
): Promise<ExitCode> {
  const { design, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const revision = await revisionOf(state, design, options.revision ?? headWord);
    const network = await state.getNodeNetwork({ design, node, revision });
    if (output !== "table") {
      await printValue(output, {
        ...{ node, fqdn: network.fqdn, primary_network: network.primaryNetwork },
        ...{ dns_servers: network.dnsServers, dns_search: network.dnsSearch },
        attachments: network.attachments.map(attachmentValue),
        revision: Number(network.revision),
      });
      return exitCode.done;
    }
    const servers = `${network.dnsServers.join(", ") || "-"}, searched in ${network.dnsSearch.join(", ") || "-"}`;
    await print(`${network.fqdn || node}, primary network ${network.primaryNetwork || "-"}\nname servers ${servers}\n`);
    await printTable(
      ["interface", "network", "address", "block", "vlan", "mtu", "name"],
      network.attachments.map((each) => [
        ...[each.interface || "-", each.network, each.address || "-", each.cidr || "-"],
        ...[
          each.vlan === 0 ? "untagged" : String(each.vlan),
          each.mtu === 0 ? "-" : String(each.mtu),
          each.fqdn || "-",
        ],
      ]),
    );
    const routes = network.attachments.flatMap(({ network: name, routes }) =>
      routes.map(({ subnet, gateway, metric }) => [subnet, gateway, metric === 0 ? "-" : String(metric), name]),
    );
    if (routes.length > 0) await printTable(["route to", "over", "metric", "network"], routes);
    return exitCode.done;
  });
}

function attachmentValue({ interface: nic, network, address, cidr, vlan, mtu, fqdn, routes }: NodeAttachment) {
  return {
    ...{ interface: nic, network, address, cidr, vlan, mtu, fqdn },
    routes: routes.map(({ subnet, gateway, metric }) => ({ subnet, gateway, metric })),
  };
}
