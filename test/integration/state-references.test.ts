import { expect, test } from "vitest";
import type { ListReferencesResponse } from "../../gen/bedplate/design/v1/query_pb.js";
import { failureOf } from "../support/failure-of.ts";
import {
  commitTo,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

const design = "lab";

const told = ({ references }: Pick<ListReferencesResponse, "references">) =>
  references.map(({ fromItem, field, toItem }) => `${fromItem} ${field} -> ${toItem}`);

async function paged(client: StateClient, request: Parameters<StateClient["listReferences"]>[0], pageSize: number) {
  const pages: string[][] = [];
  let pageToken = "";
  do {
    const page = await client.listReferences({ ...request, pageSize, pageToken });
    pages.push(told(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return pages;
}

test("who names an item is told by item and field, of effective items, page by page", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const request = { design, kind: "Network", name: "mgmt" };
    const all = await client.listReferences(request);
    expect(all.revision).toBe(1n);
    expect(all.references.every(({ resolved, isParent }) => resolved && !isParent)).toBe(true);
    const node = (name: string) => [
      `Node/${name} addressing["mgmt"].network -> Network/mgmt`,
      `Node/${name} interfaces["pxe"].networks["mgmt"] -> Network/mgmt`,
      `Node/${name} primary_network -> Network/mgmt`,
    ];
    const nodes = ["n000", "n001", "n002"].flatMap(node);
    expect(told(all)).toEqual([
      'HostProfile/base interfaces["pxe"].networks["mgmt"] -> Network/mgmt',
      "HostProfile/base primary_network -> Network/mgmt",
      "NetworkLink/access trunking.default_network -> Network/mgmt",
      ...nodes,
    ]);
    for (const size of [1, 2, 5]) {
      const pages = await paged(client, request, size);
      expect(pages.flat()).toEqual(told(all));
      expect(pages.slice(0, -1).every(({ length }) => length === size)).toBe(true);
    }
    expect(told(await client.listReferences({ ...request, otherKind: "Node" }))).toEqual(nodes);
  }));

test("pages go on in the revision they began with", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(4));
    const request = { design, kind: "Network", name: "mgmt", otherKind: "Node", pageSize: 4 };
    const first = await client.listReferences(request);
    await commitTo(client, "site", [], { deletions: [2, 3].map((n) => ({ kind: "Node", name: `n00${n}` })) });
    const second = await client.listReferences({ ...request, pageSize: 1000, pageToken: first.nextPageToken });
    expect(second.revision).toBe(1n);
    expect([...told(first), ...told(second)]).toHaveLength(12);
    expect(told(await client.listReferences({ ...request, pageSize: 1000 }))).toHaveLength(6);
    expect(told(await client.listReferences({ ...request, pageSize: 1000, revision: 1n }))).toHaveLength(12);
    expect(
      told(await client.listReferences({ ...request, pageSize: 1000, at: { seconds: 1n, nanos: 0 }, revision: 2n })),
    ).toHaveLength(6);
    expect(await failureOf(client.listReferences({ ...request, at: { seconds: 1n, nanos: 0 } }))).toMatchObject({
      code: "NotFound",
    });
    const wrong = client.listReferences({ ...request, name: "other", pageToken: first.nextPageToken });
    expect(await failureOf(wrong)).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
  }));

test("what an item names is told with whether that is there", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), nodeDocument(0, { hardware_profile: "ghost" })]);
    const request = { design, kind: "Node", name: "n000", outgoing: true };
    const { references } = await client.listReferences(request);
    expect(references.map(({ field, toItem, isParent, resolved }) => [field, toItem, isParent, resolved])).toEqual([
      ['addressing["mgmt"].network', "Network/mgmt", false, true],
      ["hardware_profile", "HardwareProfile/ghost", false, false],
      ["host_profile", "HostProfile/base", true, true],
      ['interfaces["pxe"].device_link', "NetworkLink/access", false, true],
      ['interfaces["pxe"].networks["mgmt"]', "Network/mgmt", false, true],
      ["primary_network", "Network/mgmt", false, true],
    ]);
    expect((await paged(client, request, 4)).map(({ length }) => length)).toEqual([4, 2]);
    expect(told(await client.listReferences({ ...request, otherKind: "NetworkLink" }))).toHaveLength(1);
    // Who names what isn't there is the question behind a dangling name.
    const dangling = await client.listReferences({ design, kind: "HardwareProfile", name: "ghost" });
    expect(told(dangling)).toEqual(["Node/n000 hardware_profile -> HardwareProfile/ghost"]);
    expect(dangling.references[0]?.resolved).toBe(false);
  }));

test("inheritance is followed over any number of levels, down and up", () =>
  withState(async (client) => {
    await commitTo(client, "site", [
      ...smallSite(2),
      documentOf("HostProfile", "rack-server", { host_profile: "base" }, 300),
      documentOf("HostProfile", "compute", { host_profile: "rack-server" }, 310),
      documentOf("HostProfile", "lonely", {}, 320),
      nodeDocument(5, { host_profile: "compute" }),
    ]);
    const request = { design, kind: "HostProfile", name: "base", inheritance: true };
    const heirs = await client.listReferences(request);
    expect(told(heirs)).toEqual([
      "HostProfile/compute host_profile -> HostProfile/rack-server",
      "HostProfile/rack-server host_profile -> HostProfile/base",
      "Node/n000 host_profile -> HostProfile/base",
      "Node/n001 host_profile -> HostProfile/base",
      "Node/n005 host_profile -> HostProfile/compute",
    ]);
    expect(heirs.references.every(({ isParent, resolved }) => isParent && resolved)).toBe(true);
    expect((await paged(client, request, 2)).flat()).toEqual(told(heirs));
    expect(told(await client.listReferences({ ...request, otherKind: "Node" }))).toHaveLength(3);
    expect(told(await client.listReferences({ ...request, name: "lonely" }))).toEqual([]);
    const up = { design, kind: "Node", name: "n005", outgoing: true, inheritance: true };
    const chain = [
      "Node/n005 host_profile -> HostProfile/compute",
      "HostProfile/compute host_profile -> HostProfile/rack-server",
      "HostProfile/rack-server host_profile -> HostProfile/base",
    ];
    expect(told(await client.listReferences(up))).toEqual(chain);
    expect((await paged(client, up, 1)).flat()).toEqual(chain);
  }));

test("a circle of inheritance ends", () =>
  withState(async (client) => {
    const circle = [
      documentOf("HostProfile", "a", { host_profile: "b" }, 300),
      documentOf("HostProfile", "b", { host_profile: "a" }, 310),
    ];
    await commitTo(client, "site", [...smallSite(0), ...circle]);
    const request = { design, kind: "HostProfile", name: "a", inheritance: true };
    const both = ["HostProfile/a host_profile -> HostProfile/b", "HostProfile/b host_profile -> HostProfile/a"];
    expect(told(await client.listReferences(request))).toEqual(both);
    expect(told(await client.listReferences({ ...request, outgoing: true }))).toEqual(both);
  }));

test("items of custom kinds name and are named as those of the built-in ones", () =>
  withState(async (client) => {
    const kind = "Firewall.acme.example";
    const declaration = documentOf("CustomKind", kind, {
      json_schema: {
        type: "object",
        properties: {
          base: { type: "string" },
          'odd "name"': { type: "string" },
          rules: {
            type: "array",
            items: {
              type: "object",
              properties: { name: { type: "string" }, zones: { type: "array", items: { type: "string" } } },
            },
          },
        },
      },
      merge_keys: { rules: "name" },
      references: { "rules.zones": "Network", 'odd "name"': kind },
      parent: "base",
    });
    await commitTo(client, "site", [
      ...smallSite(0),
      declaration,
      documentOf(kind, "core", { rules: [{ name: "ssh", zones: ["mgmt"] }] }, 300),
      documentOf(kind, "edge", { base: "core", 'odd "name"': "core" }, 310),
    ]);
    const toNetwork = await client.listReferences({ design, kind: "Network", name: "mgmt", otherKind: kind });
    expect(told(toNetwork)).toEqual([
      `${kind}/core rules["ssh"].zones["mgmt"] -> Network/mgmt`,
      `${kind}/edge rules["ssh"].zones["mgmt"] -> Network/mgmt`,
    ]);
    const toCore = await client.listReferences({ design, kind, name: "core" });
    expect(toCore.references.map(({ field, isParent }) => [field, isParent])).toEqual([
      ['["odd \\"name\\""]', false],
      ["base", true],
    ]);
    const heirs = await client.listReferences({ design, kind, name: "core", inheritance: true });
    expect(told(heirs)).toEqual([`${kind}/edge base -> ${kind}/core`]);
  }));

test("nodes that nested selectors name are found", () =>
  withState(async (client) => {
    const nodes = { any_of: [{ names: ["n001"] }, { all_of: [{ names: ["n000"] }] }] };
    await commitTo(client, "site", [...smallSite(2), documentOf("BootAction", "greet", { nodes }, 300)]);
    const named = await client.listReferences({ design, kind: "Node", name: "n000" });
    expect(told(named)).toEqual(['BootAction/greet nodes.any_of[1].all_of[0].names["n000"] -> Node/n000']);
  }));

test("an item that nobody has and nobody names is not found", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const messageOf = async (request: Parameters<StateClient["listReferences"]>[0]) => {
      const { code, message } = await failureOf(client.listReferences({ design, ...request }));
      expect(code).toBe("NotFound");
      return message;
    };
    expect(await messageOf({ kind: "Network", name: "mgnt" })).toContain('did you mean "mgmt"?');
    expect(await messageOf({ kind: "Network", name: "mgnt", outgoing: true })).toContain('did you mean "mgmt"?');
    expect(await messageOf({ kind: "HostProfile", name: "bose", inheritance: true })).toContain('did you mean "base"?');
    expect(await messageOf({ kind: "Netwerk", name: "mgmt" })).toContain('did you mean "Network"?');
    expect(await messageOf({ kind: "Network", name: "mgmt", otherKind: "Nodes" })).toContain('did you mean "Node"?');
  }));
