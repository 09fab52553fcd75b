import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, documentOf, type StateClient, smallSite, withState } from "../support/state-service.ts";

const REPLACE = CommitMode.REPLACE_LAYER;
const owned = { code: "FailedPrecondition", reason: "LAYER_OWNED" };

async function sourceOf(client: StateClient, layer: string): Promise<string | undefined> {
  const { layers } = await client.listLayers({ design: "lab" });
  const found = layers.find(({ name }) => name === layer);
  if (found === undefined) throw new Error(`no layer ${layer}`);
  return found.source;
}

/** Commits a network to a layer, as a source. */
async function commitAs(client: StateClient, source: string, layer: string, mode = CommitMode.PATCH) {
  const { changeId } = await client.openChange({ design: "lab", layers: [layer], requestId: randomUUID(), source });
  await client.putDocuments({
    changeId,
    layer,
    documents: [documentOf("Rack", `${source.replace(":", "-") || "nobody"}-rack`, {})],
  });
  return client.commit({ changeId, mode });
}

test("a layer that a source's change makes is that source's, and nobody else may write it", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitAs(client, "git:plant7", "racks");
    expect(await sourceOf(client, "racks")).toBe("git:plant7");
    expect(await failureOf(commitAs(client, "git:other", "racks"))).toMatchObject(owned);
    expect(await failureOf(commitAs(client, "", "racks"))).toMatchObject(owned);
    await commitAs(client, "git:plant7", "racks", REPLACE);
    const { items } = await client.listItems({ design: "lab", kind: "Rack" });
    expect(items.map(({ name }) => name)).toEqual(["git-plant7-rack"]);
  }));

test("a layer of nobody may be written by every source, and stays nobody's", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitAs(client, "git:plant7", "site");
    await commitAs(client, "netbox:main", "site");
    expect(await sourceOf(client, "site")).toBeUndefined();
  }));

test("a layer of API clients may be patched by anybody but a source, and replaced by nobody", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await client.putLayer({ design: "lab", layer: { name: "manual", rank: 500, source: "api" } });
    await commitAs(client, "", "manual");
    expect(await failureOf(commitAs(client, "git:plant7", "manual"))).toMatchObject(owned);
    for (const source of ["", "api"])
      expect(await failureOf(commitAs(client, source, "manual", REPLACE))).toMatchObject(owned);
    expect((await client.listRawItems({ design: "lab", layer: "manual" })).items).toHaveLength(1);
  }));

test("a layer that changes hands while a change is open is refused at its commit", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const layers = ["site"];
    const { changeId } = await client.openChange({ design: "lab", layers, requestId: randomUUID() });
    await client.putDocuments({ changeId, layer: "site", documents: [documentOf("Rack", "r1", {})] });
    const { revision } = await client.putLayer({
      design: "lab",
      layer: { name: "site", rank: 400, source: "git:plant7" },
    });
    expect(revision?.number).toBe(2n);
    // The change is stale, too; one that is not stale meets the owner.
    expect(await failureOf(client.commit({ changeId }))).toMatchObject({ reason: "REVISION_MOVED" });
    expect(await failureOf(client.openChange({ design: "lab", layers, requestId: randomUUID() }))).toMatchObject(owned);
  }));

test("who writes a layer is a setting of it: alone it makes a revision, and stays where it isn't said", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const put = async (layer: Parameters<StateClient["putLayer"]>[0]["layer"]) =>
      (await client.putLayer({ design: "lab", layer })).revision?.number;
    expect(await put({ name: "plan", rank: 450, source: "api" })).toBe(2n);
    expect(await put({ name: "plan", rank: 450, source: "git:plant7" })).toBe(3n);
    expect(await put({ name: "plan", rank: 450 })).toBe(3n);
    expect(await put({ name: "plan", rank: 451, mayReferenceSecrets: true })).toBe(4n);
    expect(await sourceOf(client, "plan")).toBe("git:plant7");
    const { layers } = await client.listLayers({ design: "lab", revision: 2n });
    expect(layers.find(({ name }) => name === "plan")?.source).toBe("api");
    expect(await put({ name: "plan", rank: 451, mayReferenceSecrets: true, source: "" })).toBe(5n);
    expect(await sourceOf(client, "plan")).toBeUndefined();
  }));

test("a layer keeps its owner when documents declare it otherwise than before", () =>
  withState(async (client) => {
    const declared = (rank: number) => [...smallSite(1), documentOf("Layer", "racks", { rank }, 90)];
    await commitTo(client, "site", declared(900));
    await commitAs(client, "git:plant7", "racks");
    await commitTo(client, "site", declared(901));
    const { layers } = await client.listLayers({ design: "lab" });
    expect(layers.find(({ name }) => name === "racks")).toMatchObject({ rank: 901, source: "git:plant7" });
  }));

test("a layer that single items make stands above the others, but where its name or a document says otherwise", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(1), documentOf("Layer", "plan", { rank: 900 }, 90)]);
    const rankOf = async (layer: string) => {
      const { layers } = await client.listLayers({ design: "lab" });
      const found = layers.find(({ name }) => name === layer);
      expect(found?.source).toBe("api");
      return found?.rank;
    };
    const mtu = (value: number) => ({ kind: "Network", name: "mgmt", spec: { mtu: value } });
    await commitTo(client, "site", [documentOf("Network", "mgmt", { mtu: 1500, cidr: "10.0.0.0/16" }, 20)]);
    const { changed } = await client.createItem({ design: "lab", layer: "manual", document: mtu(1400) });
    expect([changed, await rankOf("manual")]).toEqual([true, 500]);
    const { item } = await client.getItem({ design: "lab", kind: "Network", name: "mgmt" });
    expect(item?.spec.value).toMatchObject({ mtu: 1400, cidr: "10.0.0.0/16" });
    await client.createItem({ design: "lab", layer: "plan", document: { kind: "Rack", name: "r1", spec: {} } });
    expect(await rankOf("plan")).toBe(900);
    await client.createItem({ design: "lab", layer: "hardware", document: { kind: "Rack", name: "r2", spec: {} } });
    expect(await rankOf("hardware")).toBe(100);
    const own = { kind: "Layer", name: "own", spec: { rank: 950 } };
    await client.createItem({ design: "lab", layer: "own", document: own });
    expect(await rankOf("own")).toBe(950);
  }));
