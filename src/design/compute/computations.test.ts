import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { evaluateDesign } from "../evaluate-design.ts";
import { suggestedLayer } from "../layer.ts";
import type { Tree, TreeMap } from "../tree.ts";

const evaluate = (text: string) =>
  evaluateDesign({ documents: designDocuments(text), layers: [suggestedLayer("design")] });
const at = (line: number, column: number) => ({ uri: "site.yaml", line, column });

describe("routes to a route domain", () => {
  const domain = `{kind: Site, name: s}
---
{kind: Network, name: a, spec: {cidr: 10.1.0.0/16, route_domain: d}}
---
kind: Network
name: b
spec:
  cidr: 10.2.0.0/16
  route_domain: d
  routes:
  - {subnet: 0.0.0.0/0, gateway: 10.2.0.1}
  - {route_domain: d, gateway: 10.2.0.1, metric: 100}
---
{kind: Network, name: c, spec: {cidr: 10.3.0.0/16, routes: [{route_domain: d, gateway: 10.3.0.1, metric: 50}]}}
`;
  const evaluation = evaluate(domain);
  const routes = (name: string, of = evaluation) => of.items.get(`Network/${name}`)?.tree.routes;

  it("are one to each other network of it, behind those written, and the template stays", () => {
    expect(routes("a")).toBeUndefined();
    expect(routes("b")).toEqual([
      { subnet: "0.0.0.0/0", gateway: "10.2.0.1" },
      { route_domain: "d", gateway: "10.2.0.1", metric: 100 },
      { subnet: "10.1.0.0/16", gateway: "10.2.0.1", metric: 100 },
    ]);
    expect(routes("c")).toEqual([
      { route_domain: "d", gateway: "10.3.0.1", metric: 50 },
      { subnet: "10.1.0.0/16", gateway: "10.3.0.1", metric: 50 },
      { subnet: "10.2.0.0/16", gateway: "10.3.0.1", metric: 50 },
    ]);
  });

  it("don't depend on the order of the documents", () => {
    const turned = evaluate(domain.split("---\n").reverse().join("---\n"));
    for (const name of ["a", "b", "c"]) expect(routes(name, turned)).toEqual(routes(name));
  });

  it("say what they were read from, and findings about them stand at the template", () => {
    const template = at(12, 5);
    expect(evaluation.explain("Network", "b", "routes[2].subnet")).toEqual({
      ...{ path: "routes[2].subnet", value: "10.1.0.0/16", rule: "computed-route", item: "Network/b", overrode: [] },
      steps: [
        {
          field: "routes[2].subnet",
          message: "routes[1] is a route to every network of route domain d",
          location: template,
        },
        { field: "routes[2].subnet", message: "Network/a is in route domain d", location: at(3, 66) },
        { field: "routes[2].subnet", message: "cidr of Network/a is 10.1.0.0/16", location: at(3, 39) },
      ],
    });
    expect(evaluation.explain("Network", "b", "routes")).toMatchObject({
      from: at(11, 3),
      steps: [{ field: "routes[2]", message: "routes[2] was computed by computed-route" }],
    });
    expect(evaluation.locate("Network", "b", "routes[2]")).toEqual(template);
    expect(evaluation.locate("Network", "b", "routes[2].gateway")).toEqual(at(12, 32));
    expect(evaluation.locate("Network", "b", "routes[2].subnet")).toEqual(template);
    expect(evaluation.locate("Network", "b", "routes[0].gateway")).toEqual(at(11, 34));
  });

  it("depend on what comes into the domain and leaves it", () => {
    expect(evaluation.items.get("Network/c")?.inputs).toEqual([
      "Network/c",
      "route-domain/d",
      "Network/a",
      "Network/b",
    ]);
    expect(evaluation.items.get("Network/a")?.inputs).toEqual(["Network/a"]);
  });

  it("of a domain too large to make any are read from the domain alone", () => {
    const routes = "routes: [{route_domain: d, gateway: 10.0.0.1}]";
    const many = Array.from({ length: 300 }, (_, n) => {
      const cidr = `10.${Math.floor(n / 200)}.${n % 200}.0/24`;
      return `{kind: Network, name: n${n}, spec: {cidr: ${cidr}, route_domain: d, ${routes}}}`;
    });
    const { items } = evaluate(many.join("\n---\n"));
    expect(items.get("Network/n7")?.tree.routes).toHaveLength(1);
    expect(items.get("Network/n7")?.inputs).toEqual(["Network/n7", "route-domain/d"]);
  });

  it("are not made where one is written, to the network itself, or to another protocol", () => {
    const { items } = evaluate(`
{kind: Network, name: a, spec: {cidr: 10.1.0.0/16, route_domain: d}}
---
{kind: Network, name: a2, spec: {cidr: 10.1.0.0/16, route_domain: d}}
---
{kind: Network, name: six, spec: {cidr: "2001:db8::/64", route_domain: d}}
---
{kind: Network, name: e, spec: {cidr: 10.5.0.0/16, route_domain: d}}
---
{kind: Network, name: none, spec: {route_domain: d}}
---
kind: Network
name: b
spec:
  cidr: 10.2.0.0/16
  route_domain: d
  routes: [{subnet: 10.5.0.0/16, gateway: 10.2.0.9}, {route_domain: d, gateway: 10.2.0.1}, {route_domain: x, gateway: 10.2.0.1}, {route_domain: d}]
`);
    const written = items.get("Network/b")?.tree.routes as readonly Tree[];
    expect(written.slice(4)).toEqual([{ subnet: "10.1.0.0/16", gateway: "10.2.0.1" }]);
  });

  it("are bounded: a domain too large for a network's routes brings none", () => {
    const members = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => `{kind: Network, name: m${index}, spec: {cidr: 10.${index}.0.0/24, route_domain: d}}`,
      );
    const template = "{kind: Network, name: t, spec: {routes: [{route_domain: d, gateway: 10.0.0.1}]}}";
    const routesOf = (many: number) =>
      evaluate([template, ...members(many)].join("\n---\n")).items.get("Network/t")?.tree.routes;
    expect(routesOf(255)).toHaveLength(256);
    expect(routesOf(256)).toHaveLength(1);
  });
});

describe("kernel parameters from the hardware profile", () => {
  const evaluation = evaluate(`kind: Site
name: s
---
kind: HardwareProfile
name: hw
spec:
  cpu_sets: {kvm: 4-39, "a.b": "1"}
  hugepages: [{name: dpdk, size: 1G, count: 16}]
---
kind: HostProfile
name: base
spec:
  platform:
    kernel_params:
      isolcpus: hardwareprofile:cpuset.kvm
      hugepagesz: hardwareprofile:hugepages.dpdk.size
      hugepages: hardwareprofile:hugepages.dpdk.count
      dotted: hardwareprofile:cpuset.a.b
      lost: hardwareprofile:cpuset.nothing
      wrong: hardwareprofile:hugepages.dpdk.colour
      plain: "4"
---
kind: Node
name: n
spec: {host_profile: base, hardware_profile: hw}
---
kind: Node
name: m
spec: {host_profile: base}
`);
  const parameters = (key: string) => (evaluation.items.get(key)?.tree.platform as TreeMap | undefined)?.kernel_params;
  const written = {
    isolcpus: "hardwareprofile:cpuset.kvm",
    hugepagesz: "hardwareprofile:hugepages.dpdk.size",
    hugepages: "hardwareprofile:hugepages.dpdk.count",
    dotted: "hardwareprofile:cpuset.a.b",
    lost: "hardwareprofile:cpuset.nothing",
    wrong: "hardwareprofile:hugepages.dpdk.colour",
    plain: "4",
  };

  it("are its values as text; what leads nowhere stays", () => {
    const found = { isolcpus: "4-39", hugepagesz: "1G", hugepages: "16", dotted: "1" };
    expect(parameters("Node/n")).toEqual({ ...written, ...found });
    expect(parameters("Node/m")).toEqual(written);
  });

  it("leave what others inherit alone", () => {
    expect(parameters("HostProfile/base")).toEqual(written);
  });

  it("are explained by the text that was written and by what it stands for", () => {
    const path = 'platform.kernel_params["hugepages"]';
    expect(evaluation.explain("Node", "n", path)).toEqual({
      ...{ path, value: "16", rule: "computed-kernel-parameter", from: at(17, 18) },
      ...{ item: "HostProfile/base", layer: "design", overrode: [] },
      steps: [
        { field: path, message: "the hardware profile is hw", location: at(25, 46) },
        {
          field: path,
          message: 'hardwareprofile:hugepages.dpdk.count is hugepages["dpdk"].count of HardwareProfile/hw',
          location: at(8, 45),
        },
      ],
    });
    expect(evaluation.explain("Node", "n", 'platform.kernel_params["lost"]')).toMatchObject({ steps: [] });
    expect(evaluation.explain("Node", "n", "platform").steps.map(({ field }) => field)).toEqual([
      'platform.kernel_params["isolcpus"]',
      'platform.kernel_params["hugepagesz"]',
      'platform.kernel_params["hugepages"]',
      'platform.kernel_params["dotted"]',
    ]);
  });

  it("depend on the hardware profile", () => {
    expect(evaluation.items.get("Node/n")?.inputs).toContain("HardwareProfile/hw");
  });
});

describe("the name of a node and its network", () => {
  const evaluation = evaluate(`{kind: Site, name: s, spec: {domain: site.example}}
---
kind: Network
name: oam
spec: {cidr: 10.0.0.0/24, dns: {servers: [10.0.0.9]}, routes: [{subnet: 0.0.0.0/0, gateway: 10.0.0.1}]}
---
kind: Node
name: n
spec: {addressing: [{network: pxe, address: dhcp}, {network: oam, address: 10.0.0.5}]}
`);

  it("say step by step what they were read from", () => {
    const steps = (path: string) => evaluation.explain("Node", "n", path).steps;
    const network = [
      {
        message: "the first network of the node's addressing that has a default route is oam",
        location: at(9, 62),
      },
      { message: "the default route of Network/oam", location: at(5, 73) },
    ];
    const of = (field: string, all: readonly object[]) => all.map((each) => ({ field, ...each }));
    expect(steps("primary_network")).toEqual(of("primary_network", network));
    expect(steps("dns_servers")).toEqual(
      of("dns_servers", [...network, { message: "dns.servers of Network/oam", location: at(5, 42) }]),
    );
    expect(steps('dns_servers["10.0.0.9"]').map(({ field }) => field)[0]).toBe('dns_servers["10.0.0.9"]');
    expect(steps("fqdn")).toEqual(
      of("fqdn", [
        { message: "the name is n", location: at(7, 1) },
        ...network,
        { message: "domain of Site/s is site.example", location: at(1, 38) },
      ]),
    );
  });
});
