import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { compareWithWhole } from "../support/compare-with-whole.ts";
import { type CommitOptions, commitTo, documentOf, smallSite, withState } from "../support/state-service.ts";

const wallKind = "Firewall.acme.example";
const zoneKind = "Zone.acme.example";

const kinds = [
  documentOf("CustomKind", wallKind, {
    ...{ description: "x", references: { zone: zoneKind, backup: wallKind }, parent: "parent" },
    json_schema: {
      ...{ type: "object", required: ["zone"], additionalProperties: false },
      properties: {
        ...{ zone: { type: "string" }, parent: { type: "string" }, backup: { type: "string" } },
        rules: { type: "array", items: { type: "object", properties: { name: { type: "string" } } }, minItems: 1 },
      },
    },
    merge_keys: { rules: "name" },
  }),
  documentOf(
    "CustomKind",
    zoneKind,
    {
      ...{ description: "y", references: { network: "Network" } },
      json_schema: { type: "object", properties: { network: { type: "string" } }, required: ["network"] },
    },
    9,
  ),
];

let line = 100;
function nextLine(): number {
  line += 10;
  return line;
}
const wall = (name: string, spec: JsonObject) => documentOf(wallKind, name, spec, nextLine(), "walls.yaml");
const zone = (name: string, spec: JsonObject) => documentOf(zoneKind, name, spec, nextLine(), "zones.yaml");

test("items of custom kinds inherit, refer to each other and lack what they must have as in the whole", async () => {
  await withState(async (client, database) => {
    const change = async (documents: Parameters<typeof commitTo>[2], options: CommitOptions = {}) => {
      await commitTo(client, "design", documents, options);
      return (await compareWithWhole(database, "lab")).head?.counters.itemsResolved;
    };
    await change([...smallSite(3), ...kinds, zone("z1", { network: "mgmt" })]);
    await change([wall("top", {})]);
    await change([wall("middle", { parent: "top", rules: [{ name: "ssh" }] })]);
    expect(await change([wall("leaf", { parent: "middle", zone: "z2", backup: "other" })])).toBeLessThan(5);
    await change([zone("z2", {}), wall("other", { zone: "z1" })]);
    await change([wall("middle", { parent: "top", rules: [{ name: "ssh" }, { name: "http" }] })]);
    // What the parent says can't be read, so nothing follows from what the child lacks; then a consumer says so.
    await change([wall("middle", { parent: "top", rules: "none" }), wall("leaf", { parent: "middle" })]);
    await change([wall("middle", { parent: "top" })]);
    const found = { rule: "yaml-note", severity: Severity.ERROR, message: "lost", kind: wallKind, name: "top" };
    await change([wall("other", { zone: "z1", rules: [] })], { diagnostics: [found] });
    await change([wall("top", { zone: "z9" })]);
    await change([wall("leaf", {})], { deletions: [{ kind: wallKind, name: "middle" }] });
    await change([wall("fork", { parent: "leaf" })]);
    await change([wall("fork", { parent: "top" })], { deletions: [{ kind: zoneKind, name: "z2" }] });
    await change([wall("leaf", { parent: "fork" })], { deletions: [{ kind: wallKind, name: "top" }] });
    await change([wall("fork", { parent: "leaf" })]);
    await change([wall("fork", { zone: "z1" })]);
    await change([zone("z1", { network: "nothing" })], { deletions: [{ kind: "Network", name: "mgmt" }] });
  });
});

test("a rule of the design sees items of custom kinds come and go", async () => {
  await withState(async (client, database) => {
    const change = async (documents: Parameters<typeof commitTo>[2], options: CommitOptions = {}) => {
      await commitTo(client, "design", documents, options);
      return (await compareWithWhole(database, "lab")).head?.counters.itemsResolved;
    };
    const rule = documentOf("Rule", "walled", {
      ...{ kinds: ["Node", wallKind], message: "no wall", severity: "warning" },
      check: `lookup("${wallKind}", "main") != null && has(lookup("${wallKind}", "main").spec.zone)`,
    });
    await change([...smallSite(4), ...kinds, zone("z1", { network: "mgmt" }), rule]);
    expect(await change([wall("main", {})])).toBeLessThan(7);
    await change([wall("main", { zone: "z1" })]);
    expect(await change([zone("z3", { network: "mgmt" })])).toBeLessThan(3);
    await change([zone("z4", {})], { deletions: [{ kind: wallKind, name: "main" }] });
  });
});
