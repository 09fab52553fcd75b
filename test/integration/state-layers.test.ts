import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { commitTo, documentOf, type StateClient, smallSite, withState } from "../support/state-service.ts";

const REPLACE = CommitMode.REPLACE_LAYER;

/** The documents of a small site, with a declaration of the layer "plan". */
const siteWithPlan = (spec: Parameters<typeof documentOf>[2]) => [
  ...smallSite(1),
  documentOf("Layer", "plan", spec, 90),
];

async function planOf(client: StateClient) {
  const { layers } = await client.listLayers({ design: "lab" });
  return layers.find(({ name }) => name === "plan");
}

test("a layer is made as documents declare it, whichever layer they stand in", () =>
  withState(async (client) => {
    const owns = [{ kind: "Network", fields: ["vlan"] }];
    await commitTo(client, "site", siteWithPlan({ role: "formation", rank: 900, owns, allow_secret_literals: true }));
    expect(await planOf(client)).toBeUndefined();
    await commitTo(client, "plan", [documentOf("Network", "n9", { vlan: 9 })]);
    expect(await planOf(client)).toMatchObject({
      ...{ role: LayerRole.FORMATION, rank: 900, owns, allowSecretLiterals: true, mayReferenceSecrets: false },
    });
    const outside = await commitTo(client, "plan", [documentOf("Network", "n9", { vlan: 9, mtu: 1500 })]);
    expect(outside.diagnostics.map(({ rule }) => rule)).toContain("not-owner");
  }));

test("a layer that nobody set otherwise follows the documents that declare it", () =>
  withState(async (client) => {
    await commitTo(client, "site", siteWithPlan({ rank: 900 }));
    await commitTo(client, "plan", [documentOf("Network", "n9", { vlan: 9 })]);
    await commitTo(client, "site", siteWithPlan({ rank: 901, role: "formation" }), { mode: REPLACE });
    expect(await planOf(client)).toMatchObject({ rank: 901, role: LayerRole.FORMATION });
    await commitTo(client, "site", smallSite(1), { mode: REPLACE });
    expect(await planOf(client)).toMatchObject({ rank: 400, role: LayerRole.UNSPECIFIED });
  }));

test("a layer that was set stays as it was set, and a document that has it otherwise is told so", () =>
  withState(async (client) => {
    await commitTo(client, "site", siteWithPlan({ rank: 900 }));
    await commitTo(client, "plan", [documentOf("Network", "n9", { vlan: 9 })]);
    await client.putLayer({ design: "lab", layer: { name: "plan", rank: 777, mayReferenceSecrets: true } });
    const { diagnostics } = await commitTo(client, "site", siteWithPlan({ rank: 902 }), { mode: REPLACE });
    expect(await planOf(client)).toMatchObject({ rank: 777, mayReferenceSecrets: true });
    const told = diagnostics.find(({ rule }) => rule === "layer-set-otherwise");
    expect(told).toMatchObject({ kind: "Layer", name: "plan", field: "rank", location: { line: 91, column: 3 } });
    expect(told?.message).toMatch(/902.*777/);
  }));

test("the right to reference secrets is no document's to take away", () =>
  withState(async (client) => {
    await commitTo(client, "site", siteWithPlan({ rank: 900 }));
    await commitTo(client, "plan", [documentOf("Network", "n9", { vlan: 9 })]);
    await client.putLayer({ design: "lab", layer: { name: "plan", rank: 900, mayReferenceSecrets: true } });
    await commitTo(client, "site", siteWithPlan({ rank: 901 }), { mode: REPLACE });
    expect(await planOf(client)).toMatchObject({ rank: 901, mayReferenceSecrets: true });
  }));
