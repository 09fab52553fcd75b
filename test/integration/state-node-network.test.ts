import { expect, test } from "vitest";
import { addressSite } from "../support/address-site.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, documentOf, nodeDocument, withState } from "../support/state-service.ts";

const design = "lab";

test("a node tells its names, name servers, addresses and routes as they are in effect, as of any revision", () =>
  withState(async (client) => {
    const data = { cidr: "10.5.0.0/24", vlan: 7, mtu: 9000, dns: { domain: "data.example" }, route_domain: "all" };
    const node = (address: string) =>
      nodeDocument(0, {
        addressing: [
          { network: "mgmt", address: "10.0.0.10" },
          { network: "data", address },
        ],
      });
    const routes = [
      { subnet: "0.0.0.0/0", gateway: "10.0.0.1" },
      { route_domain: "all", gateway: "10.0.0.2", metric: 50 },
    ];
    await commitTo(client, "site", [
      ...addressSite(0, data),
      documentOf("Network", "far", { cidr: "10.66.0.0/16", route_domain: "all" }, 80),
      node("10.5.0.10"),
    ]);
    const mgmt = { cidr: "10.0.0.0/16", route_domain: "all", routes, dns: { servers: ["10.0.0.53", "10.0.0.54"] } };
    await commitTo(client, "site", [documentOf("Network", "mgmt", mgmt, 20), node("10.5.0.11")]);

    const network = await client.getNodeNetwork({ design, node: "n000" });
    expect(network).toMatchObject({
      ...{ fqdn: "n000.lab.example", primaryNetwork: "mgmt", revision: 2n },
      ...{ dnsServers: ["10.0.0.53", "10.0.0.54"], dnsSearch: ["lab.example", "data.example"] },
      attachments: [
        {
          ...{ interface: "pxe", network: "mgmt", address: "10.0.0.10", cidr: "10.0.0.0/16", vlan: 0, mtu: 1500 },
          fqdn: "n000.lab.example",
          routes: [
            { subnet: "0.0.0.0/0", gateway: "10.0.0.1", metric: 0 },
            { subnet: "10.5.0.0/24", gateway: "10.0.0.2", metric: 50 },
            { subnet: "10.66.0.0/16", gateway: "10.0.0.2", metric: 50 },
          ],
        },
        {
          ...{ interface: "eth1", network: "data", address: "10.5.0.11", cidr: "10.5.0.0/24", vlan: 0, mtu: 9000 },
          ...{ fqdn: "n000.data.example", routes: [] },
        },
      ],
    });
    const before = await client.getNodeNetwork({ design, node: "n000", revision: 1n });
    expect(before).toMatchObject({ dnsServers: [], revision: 1n });
    expect(before.attachments.map(({ address }) => address)).toEqual(["10.0.0.10", "10.5.0.10"]);
    const wrong = await failureOf(client.getNodeNetwork({ design, node: "n00O" }));
    expect(wrong).toMatchObject({ code: "NotFound" });
    expect(wrong.message).toContain('did you mean "n000"?');
  }));
