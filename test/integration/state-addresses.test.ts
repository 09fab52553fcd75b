import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { AddressPurpose, type ListAddressesResponse } from "../../gen/bedplate/design/v1/query_pb.js";
import type { Diagnostic } from "../../src/design/diagnostic.ts";
import type { DesignValidator } from "../../src/state/validators.ts";
import { parseAddress } from "../../src/validate/address.ts";
import { addressSite } from "../support/address-site.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  commitTo,
  documentOf,
  nodeDocument,
  type StateClient,
  stateClient,
  withState,
} from "../support/state-service.ts";

const design = "lab";
const network = "data";

const told = ({ addresses }: Pick<ListAddressesResponse, "addresses">) =>
  addresses.map(({ address, lastAddress, usedBy, purpose, field }) =>
    [lastAddress === "" ? address : `${address}-${lastAddress}`, AddressPurpose[purpose], usedBy, field].join(" "),
  );

type Request = Parameters<StateClient["listAddresses"]>[0];

async function paged(client: StateClient, request: Request, pageSize: number) {
  const pages: string[][] = [];
  let pageToken = "";
  do {
    const page = await client.listAddresses({ ...request, pageSize, pageToken });
    pages.push(told(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return pages;
}

const give = (index: number, address: string) =>
  nodeDocument(index, {
    addressing: [
      { network: "mgmt", address: `10.0.0.${index + 10}` },
      { network, address },
    ],
  });

test("taken addresses are told in order, with who has them and why", () =>
  withState(async (client) => {
    await commitTo(client, "site", [
      ...addressSite(0, {
        cidr: "10.5.0.0/27",
        routes: [{ subnet: "10.99.0.0/16", gateway: "10.5.0.1" }],
        ranges: [
          { type: "dhcp", start: "10.5.0.16", end: "10.5.0.19" },
          { type: "reserved", start: "10.5.0.20", end: "10.5.0.20" },
        ],
        dns: { servers: ["10.5.0.2", "10.200.0.1"] },
      }),
      documentOf("Network", "other", { cidr: "10.6.0.0/24", dns: { servers: ["10.5.0.2", "10.5.0.3"] } }, 90),
      documentOf("Rack", "r1", { tor_switches: [{ name: "left", mgmt_ip: "10.5.0.4" }] }, 95),
      give(0, "10.5.0.30"),
      give(1, "10.5.0.9"),
      give(2, "10.5.0.10"),
    ]);
    const request = { design, network };
    const all = await client.listAddresses(request);
    expect(told(all)).toEqual([
      "10.5.0.0 NETWORK Network/data cidr",
      "10.5.0.1 GATEWAY Network/data routes[0].gateway",
      '10.5.0.2 SERVICE Network/data dns.servers["10.5.0.2"]',
      '10.5.0.3 SERVICE Network/other dns.servers["10.5.0.3"]',
      '10.5.0.4 SWITCH Rack/r1 tor_switches["left"].mgmt_ip',
      '10.5.0.9 NODE Node/n001 addressing["data"].address',
      '10.5.0.10 NODE Node/n002 addressing["data"].address',
      "10.5.0.16-10.5.0.19 DHCP Network/data ranges[0]",
      "10.5.0.20 RESERVED Network/data ranges[1]",
      '10.5.0.30 NODE Node/n000 addressing["data"].address',
      "10.5.0.31 NETWORK Network/data cidr",
    ]);
    expect(all).toMatchObject({ freeCount: "18", revision: 1n, nextPageToken: "" });
    for (const size of [1, 4]) {
      const pages = await paged(client, request, size);
      expect(pages.flat()).toEqual(told(all));
      expect(pages.slice(0, -1).every(({ length }) => length === size)).toBe(true);
    }
    const free = await paged(client, { ...request, free: true }, 5);
    const taken = new Set([0, 1, 2, 3, 4, 9, 10, 16, 17, 18, 19, 20, 30, 31]);
    const expected = Array.from({ length: 32 }, (_, last) => last).filter((last) => !taken.has(last));
    expect(free.flat().map((each) => each.split(" ")[0])).toEqual(expected.map((last) => `10.5.0.${last}`));
    expect(free.map(({ length }) => length)).toEqual([5, 5, 5, 3]);
  }));

test("addresses are told as of a revision, and pages go on in the one they began with", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...addressSite(0, { cidr: "10.5.0.0/29" }), give(0, "10.5.0.1")]);
    const request = { design, network, free: true, pageSize: 2 };
    const first = await client.listAddresses(request);
    expect(first.addresses.map(({ address }) => address)).toEqual(["10.5.0.2", "10.5.0.3"]);
    await commitTo(client, "site", [give(1, "10.5.0.4")]);
    const second = await client.listAddresses({ ...request, pageToken: first.nextPageToken });
    expect(second.addresses.map(({ address }) => address)).toEqual(["10.5.0.4", "10.5.0.5"]);
    expect(second).toMatchObject({ revision: 1n, freeCount: "5" });
    expect(await client.listAddresses(request)).toMatchObject({ revision: 2n, freeCount: "4" });
    expect(await client.listAddresses({ ...request, revision: 1n })).toMatchObject({ freeCount: "5" });
    const { revision } = await client.getRevision({ design, revision: 1n });
    // The moment is told to the millisecond it is in.
    const { seconds = 0n, nanos = 0 } = revision?.createdAt ?? {};
    const at = { seconds, nanos: nanos + 999_999 };
    expect(await client.listAddresses({ ...request, at })).toMatchObject({
      revision: 1n,
      freeCount: "5",
    });
    const wrong = client.listAddresses({ ...request, free: false, pageToken: first.nextPageToken });
    expect(await failureOf(wrong)).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
  }));

test("a /64 pages as a small network does, and IPv6 addresses count in whatever spelling", () =>
  withState(async (client) => {
    await commitTo(client, "site", [
      ...addressSite(0, {
        cidr: "2001:db8:5::/64",
        ranges: [{ type: "reserved", start: "2001:db8:5::3", end: "2001:db8:5::ffff:ffff" }],
      }),
      give(0, "2001:0DB8:5:0:0:0:0:2"),
    ]);
    expect(told(await client.listAddresses({ design, network }))).toEqual([
      "2001:db8:5:: NETWORK Network/data cidr",
      '2001:db8:5::2 NODE Node/n000 addressing["data"].address',
      "2001:db8:5::3-2001:db8:5::ffff:ffff RESERVED Network/data ranges[0]",
    ]);
    const free = await client.listAddresses({ design, network, free: true, pageSize: 3 });
    expect(free.addresses.map(({ address }) => address)).toEqual([
      "2001:db8:5::1",
      "2001:db8:5::1:0:0",
      "2001:db8:5::1:0:1",
    ]);
    expect(free.freeCount).toBe(`${2n ** 64n - 2n ** 32n + 3n - 2n}`);
    const next = await client.listAddresses({
      design,
      network,
      free: true,
      pageToken: free.nextPageToken,
      pageSize: 3,
    });
    expect(next.addresses[0]?.address).toBe("2001:db8:5::1:0:2");
  }));

test("a network without a block, or that isn't there, says so", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...addressSite(1, {})]);
    expect(await failureOf(client.listAddresses({ design, network }))).toMatchObject({
      code: "FailedPrecondition",
      reason: "INVALID_FIELD",
      message: 'network "data" has no block of addresses in revision 1 of design "lab"',
    });
    const wrong = await failureOf(client.listAddresses({ design, network: "dota" }));
    expect(wrong).toMatchObject({ code: "NotFound" });
    expect(wrong.message).toContain('did you mean "data"?');
  }));

const allocate = (
  client: StateClient,
  node: string,
  more: { network?: string; requestId?: string; layer?: string; address?: string } = {},
) => client.allocateAddress({ design, network, node, requestId: randomUUID(), ...more });

test("the lowest free address is taken up in a layer of API clients, and is in effect", () =>
  withState(async (client) => {
    await commitTo(
      client,
      "site",
      addressSite(3, { cidr: "10.5.0.0/24", routes: [{ subnet: "10.9.0.0/16", gateway: "10.5.0.1" }] }),
    );
    const first = await allocate(client, "n001");
    expect(first.address).toBe("10.5.0.2");
    expect(first.revision).toMatchObject({ number: 2n, author: "tester", layers: ["addresses"] });
    expect(await allocate(client, "n000")).toMatchObject({ address: "10.5.0.3" });
    const last = await allocate(client, "n002", { address: "10.5.0.77" });
    expect(last).toMatchObject({ address: "10.5.0.77", revision: { valid: true } });
    const { item } = await client.getItem({ design, kind: "Node", name: "n001" });
    expect(item?.spec.value).toMatchObject({
      addressing: [
        { network: "mgmt", address: "10.0.0.11" },
        { network, address: "10.5.0.2" },
      ],
    });
    const { layers } = await client.listLayers({ design });
    expect(layers.find(({ name }) => name === "addresses")).toMatchObject({ source: "api", rank: 500 });
    const path = 'addressing["data"].address';
    const { explanation } = await client.explain({ design, kind: "Node", name: "n001", path });
    expect(explanation).toMatchObject({ layer: "addresses", from: { uri: "api:addresses/Node/n001" } });
  }));

test("what the layer says of a node already stays", () =>
  withState(async (client) => {
    await commitTo(client, "site", addressSite(1, { cidr: "10.5.0.0/24" }));
    const said = { kind: "Node", name: "n000", spec: { boot_mac: "52:54:00:00:00:01", addressing: ["!data"] } };
    await client.createItem({ design, layer: "ipam", document: said });
    expect(await allocate(client, "n000", { layer: "ipam" })).toMatchObject({ address: "10.5.0.1" });
    const { items } = await client.getRawItem({ design, kind: "Node", name: "n000" });
    expect(items.find(({ layer }) => layer === "ipam")?.spec).toEqual({
      addressing: [{ network, address: "10.5.0.1" }],
      boot_mac: "52:54:00:00:00:01",
    });
  }));

test("a layer that the design declares is made as it says", () =>
  withState(async (client) => {
    const declared = documentOf("Layer", "ipam", { role: "formation", rank: 420 }, 99);
    await commitTo(client, "site", [...addressSite(1, { cidr: "10.5.0.0/24" }), declared]);
    expect(await allocate(client, "n000", { layer: "ipam" })).toMatchObject({ address: "10.5.0.1" });
    const { layers } = await client.listLayers({ design });
    const ipam = layers.find(({ name }) => name === "ipam");
    expect(ipam).toMatchObject({ source: "api", rank: 420, role: LayerRole.FORMATION });
  }));

test("a request that is repeated gets the same answer, and nothing changes", () =>
  withState(async (client) => {
    await commitTo(client, "site", addressSite(2, { cidr: "10.5.0.0/24" }));
    const requestId = "take-an-address";
    const first = await allocate(client, "n000", { requestId });
    await allocate(client, "n001");
    expect(await allocate(client, "n000", { requestId })).toEqual(first);
    expect(await allocate(client, "n000", { requestId, address: first.address })).toEqual(first);
    expect((await client.getDesign({ design })).design?.revision).toBe(3n);
    for (const other of [{ node: "n001" }, { network: "mgmt" }, { layer: "others" }, { address: "10.5.0.9" }]) {
      const { code, message } = await failureOf(allocate(client, "n000", { requestId, ...other }));
      expect([code, message]).toEqual([
        "AlreadyExists",
        expect.stringContaining("the request id was used to take 10.5.0.1"),
      ]);
    }
  }));

test("what can't be given is refused with the reason, and makes no revision", () =>
  withState(async (client) => {
    await commitTo(client, "site", [
      ...addressSite(2, {
        cidr: "10.5.0.0/24",
        ranges: [{ type: "dhcp", start: "10.5.0.100", end: "10.5.0.110" }],
      }),
    ]);
    await allocate(client, "n000");
    const refusal = async (node: string, more: Parameters<typeof allocate>[2]) => {
      const { code, reason, message } = await failureOf(allocate(client, node, more));
      return `${code} ${reason} ${message}`;
    };
    expect(await refusal("n000", {})).toBe(
      'AlreadyExists ALREADY_EXISTS Node/n000 has the address 10.5.0.1 in network "data"',
    );
    expect(await refusal("n001", { address: "10.5.0.1" })).toContain(
      "10.5.0.1 is taken: it is an address of Node/n000",
    );
    expect(await refusal("n001", { address: "10.5.0.105" })).toContain("in a range for DHCP of Network/data");
    expect(await refusal("n001", { address: "10.5.0.255" })).toContain("by the block of Network/data");
    expect(await refusal("n001", { address: "10.6.0.1" })).toMatch(/^InvalidArgument .*outside the block/);
    expect(await refusal("n001", { address: "2001:db8::1" })).toMatch(/^InvalidArgument .*outside the block/);
    expect(await refusal("n001", { address: "ten" })).toMatch(/^InvalidArgument .*is no address/);
    expect(await refusal("n01", {})).toMatch(/^NotFound .*did you mean "n001"/);
    expect(await refusal("n001", { network: "dota" })).toMatch(/^NotFound .*did you mean "data"/);
    expect(await refusal("n001", { layer: "site" })).toMatch(/^FailedPrecondition LAYER_OWNED/);
    await client.putLayer({ design, layer: { name: "racks", rank: 400, source: "api", owns: [{ kind: "Rack" }] } });
    expect(await refusal("n001", { layer: "racks" })).toMatch(/^FailedPrecondition DESIGN_INVALID .*Node\/n001: /);
    expect((await client.getDesign({ design })).design?.revision).toBe(3n);
    await client.putLayer({ design, layer: { name: "top", rank: 900, role: 1 } });
    await commitTo(client, "top", [documentOf("Node", "n001", { addressing: ["!data"] }, 1, "top.yaml")]);
    expect(await refusal("n001", {})).toMatch(/^FailedPrecondition INVALID_FIELD another layer overrides/);
  }));

test("a node without any address gets them one by one, though it lacks the others until it has them all", () =>
  withState(async (client) => {
    const oob = { oob: { type: "ipmi", network: "oob", account: "root", credential: { ref: "file:bmc" } } };
    const bare = documentOf("Node", "n000", { host_profile: "base", ...oob }, 100);
    const { revision } = await commitTo(client, "site", [
      ...addressSite(0, { cidr: "10.5.0.0/24" }),
      documentOf("Network", "oob", { cidr: "10.7.0.0/24" }, 97),
      bare,
    ]);
    const lacking = async () => {
      const { diagnostics } = await client.listDiagnostics({ design });
      return diagnostics
        .filter(({ message }) => message.startsWith("the node has no address"))
        .map(({ message }) => message);
    };
    expect(revision?.valid).toBe(false);
    expect(await lacking()).toEqual(["the node has no address on any network"]);
    expect(await allocate(client, "n000")).toMatchObject({ address: "10.5.0.1" });
    expect(await lacking()).toEqual([
      "the node has no address on its out-of-band network oob",
      "the node has no address on its primary network mgmt",
    ]);
    expect(await allocate(client, "n000", { network: "mgmt" })).toMatchObject({ address: "10.0.0.2" });
    expect(await allocate(client, "n000", { network: "oob" })).toMatchObject({ address: "10.7.0.1" });
    expect(await lacking()).toEqual([]);
  }));

test("validators look at an address before it is given, and what is refused may be asked for again", () =>
  withState(async (plain, database) => {
    const wrong = ({ items }: Parameters<DesignValidator["check"]>[0]): readonly Diagnostic[] =>
      JSON.stringify(items.get("Node/n000")?.tree).includes('10.5.0.1"')
        ? [
            {
              rule: "unlucky",
              severity: "error",
              message: "nobody likes it",
              kind: "Network",
              name: network,
              related: [],
            },
          ]
        : [];
    const client = stateClient(database, undefined, undefined, [{ check: async (design) => wrong(design) }]);
    await commitTo(client, "site", addressSite(1, { cidr: "10.5.0.0/24" }));
    const requestId = "perhaps-another";
    expect(await failureOf(allocate(client, "n000", { requestId }))).toMatchObject({
      ...{ code: "FailedPrecondition", reason: "DESIGN_INVALID" },
      message: "the change would bring 1 error: Network/data: nobody likes it",
    });
    expect(await allocate(client, "n000", { requestId, address: "10.5.0.2" })).toMatchObject({ address: "10.5.0.2" });
    expect((await plain.getDesign({ design })).design).toMatchObject({ revision: 2n, valid: true });
  }));

test("static ranges come first: outside of them an address is given only when asked for", () =>
  withState(async (client) => {
    const ranges = [{ type: "static", start: "10.5.0.20", end: "10.5.0.21" }];
    await commitTo(client, "site", addressSite(4, { cidr: "10.5.0.0/24", ranges }));
    expect(await client.listAddresses({ design, network, free: true })).toMatchObject({ freeCount: "2" });
    expect(await allocate(client, "n000")).toMatchObject({ address: "10.5.0.20" });
    expect(await allocate(client, "n001")).toMatchObject({ address: "10.5.0.21" });
    expect(await failureOf(allocate(client, "n002"))).toMatchObject({
      ...{ code: "ResourceExhausted", reason: "LIMIT_EXCEEDED" },
      message: 'no address is free in the static ranges of network "data"',
    });
    expect(await allocate(client, "n002", { address: "10.5.0.5" })).toMatchObject({ address: "10.5.0.5" });
  }));

test("concurrent requests never get one address twice, lose none, and exhaust a /29", () =>
  withState(async (first, database) => {
    const clients = [first, stateClient(database)];
    const nodes = Array.from({ length: 9 }, (_, index) => `n00${index}`);
    await commitTo(first, "site", addressSite(nodes.length, { cidr: "10.5.0.0/29" }));
    // Nodes are written in one layer or the other, which are made by whoever comes first.
    const layerOf = (node: string) => (Number(node.slice(1)) % 2 === 0 ? "addresses" : "ipam");
    // Every node asks both services at once, with one request id: as a client does that doesn't know whether it was heard.
    const asked = nodes.flatMap((node) => clients.map((client) => ({ node, client })));
    const ended = await Promise.allSettled(
      asked.map(({ node, client }) => allocate(client, node, { requestId: `for-${node}`, layer: layerOf(node) })),
    );
    const given = new Map<string, Set<string>>();
    for (const [index, each] of ended.entries()) {
      const node = asked[index]?.node ?? "";
      if (each.status === "fulfilled") given.set(node, (given.get(node) ?? new Set()).add(each.value.address));
      else expect(await failureOf(Promise.reject(each.reason))).toMatchObject({ code: "ResourceExhausted" });
    }
    expect(given.size).toBe(6);
    expect([...given.values()].every(({ size }) => size === 1)).toBe(true);
    const addresses = [...given.values()].flatMap((each) => [...each]).sort();
    expect(addresses).toEqual([1, 2, 3, 4, 5, 6].map((last) => `10.5.0.${last}`));
    expect((await first.getDesign({ design })).design?.revision).toBe(7n);
    const listed = await first.listAddresses({ design, network });
    expect(listed.freeCount).toBe("0");
    const owners = listed.addresses.filter(({ purpose }) => purpose === AddressPurpose.NODE);
    expect(owners.map(({ usedBy, address }) => [usedBy.slice("Node/".length), address]).sort()).toEqual(
      [...given].flatMap(([node, each]) => [...each].map((address) => [node, address])).sort(),
    );
    expect(owners.every(({ address }) => parseAddress(address) !== undefined)).toBe(true);
  }));
