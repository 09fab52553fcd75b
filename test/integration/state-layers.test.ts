import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import { submitDesign } from "../../src/control/submit-design.ts";
import { evaluateDesign } from "../../src/design/evaluate-design.ts";
import { documentToMessage } from "../../src/design/to-message.ts";
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

test("a design of several layers is in a server what it is offline", () =>
  withState(async (client) => {
    const directory = join(import.meta.dirname, "..", "..", "examples", "plant8");
    const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".yaml"),
    );
    const { documents } = readDesignFiles(
      names.sort().map((uri) => ({ uri, text: readFileSync(join(directory, uri), "utf8") })),
    );
    const submitted = { design: "lab", documents: documents.map(documentToMessage), diagnostics: [] };
    const { revision, diagnostics } = (await submitDesign(client, submitted)).committed;
    expect(diagnostics).toEqual([]);
    expect(revision).toMatchObject({ valid: true, layers: ["design", "formation", "main"] });
    const { layers } = await client.listLayers({ design: "lab" });
    const offline = evaluateDesign({
      documents: documents.map((document) => ({ layer: document.part || "main", document })),
      layers: [],
      complete: true,
    });
    expect(layers.map(({ name, rank, owns }) => ({ name, rank, owns: owns.length }))).toEqual(
      offline.layers.map(({ name, rank, owns }) => ({ name, rank, owns: owns.length })),
    );
    const { items } = await client.listItems({ design: "lab" });
    expect(items.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([...offline.items.keys()].sort());
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

test("a layer removed and added again leaves the design as it was", () =>
  withState(async (client) => {
    const digests = async () =>
      (await client.listItems({ design: "lab" })).items.map(({ kind, name, digest }) => `${kind}/${name} ${digest}`);
    const plan = [
      documentOf("Network", "mgmt", { mtu: 1400, vlan: 9 }),
      documentOf("Rack", "r1", { location: { row: "a" } }),
    ];
    await commitTo(client, "site", siteWithPlan({ rank: 900 }));
    const before = await digests();
    const first = await commitTo(client, "plan", plan);
    const together = await digests();
    expect(together).not.toEqual(before);
    await commitTo(client, "plan", [], { mode: REPLACE });
    expect(await digests()).toEqual(before);
    const again = await commitTo(client, "plan", plan, { mode: REPLACE });
    expect(await digests()).toEqual(together);
    const rulesOf = ({ diagnostics }: typeof first) =>
      diagnostics.map(({ rule, location }) => `${rule} ${location?.line}`);
    expect(rulesOf(again)).toEqual(rulesOf(first));
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
