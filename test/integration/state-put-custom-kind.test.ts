import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, documentOf, type StateClient, smallSite, stateClient, withState } from "../support/state-service.ts";

const KIND = "Firewall.acme.example";
const at = { design: "lab", layer: "manual" } as const;

const properties = {
  base: { type: "string" },
  zone: { type: "string" },
  password: { type: "string" },
  lifetime: { type: "integer", default: 60, maximum: 3600 },
  rules: {
    type: "array",
    items: { type: "object", properties: { name: { type: "string" }, port: { type: "integer" } } },
  },
};

/** A kind with a parent, a reference, a secret and a list of records. */
function kind(more: JsonObject = {}, required: string[] = ["zone"]) {
  return {
    kind: KIND,
    jsonSchema: JSON.stringify({ type: "object", required, properties: { ...properties, ...more } }),
    mergeKeys: { rules: "name" },
    references: { zone: "Network" },
    parent: "base",
    secrets: ["password"],
    description: "What may pass",
  };
}

const firewall = (name: string, spec: JsonObject) => ({ kind: KIND, name, spec });
const base = firewall("base", {
  zone: "mgmt",
  rules: [
    { name: "ssh", port: 22 },
    { name: "web", port: 80 },
  ],
});

async function detailOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const detail = errorDetail(error);
  if (detail === undefined) throw new Error(`expected a failure with a detail: ${error}`);
  const found = detail.diagnostics.map(({ rule, kind: of, name }) => `${rule} ${of}/${name}`);
  return { ...detail, reason: ErrorReason[detail.reason], found };
}

async function specOf(client: StateClient, name: string, revision = 0n) {
  const { item } = await client.getItem({ design: "lab", kind: KIND, name, revision });
  return item?.spec.value;
}

test("items of a kind that is registered live like those of built-in kinds", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const put = await client.putCustomKind({ design: "lab", customKind: kind(), message: "firewalls" });
    expect(put).toMatchObject({ changed: true, revision: { number: 2n, valid: true, layers: ["kinds"] } });
    const again = await client.putCustomKind({ design: "lab", customKind: kind() });
    expect(again).toMatchObject({ changed: false, revision: { number: 2n } });

    const edge = firewall("edge", { base: "base", rules: ["!web", { name: "dns", port: 53 }] });
    const operations = [base, edge].map((value) => ({ operation: { case: "create" as const, value } }));
    const made = await client.batchChangeItems({ ...at, operations });
    expect(made).toMatchObject({ revision: { number: 3n, valid: true } });
    const resolved = {
      ...{ base: "base", zone: "mgmt", lifetime: 60 },
      rules: [
        { name: "ssh", port: 22 },
        { name: "dns", port: 53 },
      ],
    };
    expect(await specOf(client, "edge")).toEqual(resolved);

    const rule = firewall("base", { rules: [{ name: "ssh", port: 2222 }] });
    await client.updateItem({ ...at, document: rule, fields: ['rules["ssh"].port'] });
    expect(await specOf(client, "edge")).toMatchObject({ rules: [{ name: "ssh", port: 2222 }, { name: "dns" }] });
    expect(await specOf(client, "edge", 3n)).toEqual(resolved);
    const { explanation } = await client.explain({
      design: "lab",
      kind: KIND,
      name: "edge",
      path: 'rules["ssh"].port',
    });
    expect(explanation).toMatchObject({
      item: `${KIND}/base`,
      layer: "manual",
      from: { uri: `api:manual/${KIND}/base` },
    });
    expect((await client.listItems({ design: "lab", kind: KIND })).items.map(({ name }) => name)).toEqual([
      "base",
      "edge",
    ]);

    // What is wrong with an item is refused, each for its reason.
    const refused = async (document: ReturnType<typeof firewall>) =>
      (await detailOf(client.createItem({ ...at, document }))).found;
    expect(await refused(firewall("a", { zone: "mgmt", lifetime: 9999 }))).toEqual([`invalid-value ${KIND}/a`]);
    expect(await refused(firewall("a", { zone: "mgmt", lifetme: 9 }))).toEqual([`unknown-field ${KIND}/a`]);
    expect(await refused(firewall("a", { zone: "nowhere" }))).toEqual([`unknown-reference ${KIND}/a`]);
    expect(await refused(firewall("a", { base: "nobody", zone: "mgmt" }))).toHaveLength(1);
    expect(await refused(firewall("a", {}))).toHaveLength(1);
    const path = client.updateItem({ ...at, document: base, fields: ["lifetme"] });
    expect(await detailOf(path)).toMatchObject({ reason: "INVALID_FIELD", hint: "did you mean lifetime?" });

    const secret = firewall("safe", { zone: "mgmt", password: { literal: "canary-hunter2" } });
    expect(await refused(secret)).toEqual([`secret-in-clear ${KIND}/safe`]);
    await client.createItem({ ...at, document: secret, allowInvalid: true });
    const { items } = await client.getRawItem({ design: "lab", kind: KIND, name: "safe" });
    expect(items[0]?.spec).toMatchObject({ password: { ref: expect.stringMatching(/^sealed:/) } });

    // An heir keeps what it inherits from, which may go only with it.
    const parent = { ...at, kind: KIND, name: "base" };
    expect(await detailOf(client.deleteItem(parent))).toMatchObject({ reason: "DESIGN_INVALID" });
    await client.deleteItem({ ...at, kind: KIND, name: "edge" });
    expect(await client.deleteItem(parent)).toMatchObject({ changed: true });
    expect(await specOf(client, "base", 3n)).toMatchObject({ zone: "mgmt" });
  }));

test("a kind changes only as far as its items go with it, and goes only after them", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    await client.putCustomKind({ design: "lab", customKind: kind() });
    await client.createItem({ ...at, document: base });
    await client.createItem({ ...at, document: firewall("long", { zone: "mgmt", lifetime: 600 }) });
    const put = (more: JsonObject, required?: string[]) =>
      client.putCustomKind({ design: "lab", customKind: kind(more, required) });
    const stricter = await detailOf(put({ lifetime: { type: "integer", maximum: 300 } }));
    expect(stricter).toMatchObject({ reason: "DESIGN_INVALID", found: [`invalid-value ${KIND}/long`] });
    const required = await detailOf(put({}, ["zone", "base"]));
    expect(required.found).toEqual(["base", "long"].map((name) => `custom-kind-violation ${KIND}/${name}`));
    expect(required.hint).toContain("mend the items first");
    await put({ lifetime: { type: "integer", maximum: 900, default: 90 }, log: { type: "boolean" } });
    expect(await specOf(client, "base")).toMatchObject({ lifetime: 90 });
    await client.updateItem({ ...at, document: firewall("base", { log: true }), fields: ["log"] });
    expect(await specOf(client, "base")).toMatchObject({ log: true });

    const deletion = { design: "lab", layer: "kinds", kind: "CustomKind", name: KIND };
    const used = await detailOf(client.deleteItem(deletion));
    expect(used.reason).toBe("DESIGN_INVALID");
    expect(used.found.sort()).toEqual([`unknown-kind ${KIND}/base`, `unknown-kind ${KIND}/long`]);
    const operations = ["base", "long"].map((name) => ({
      operation: { case: "delete" as const, value: { kind: KIND, name } },
    }));
    await client.batchChangeItems({ ...at, operations });
    expect(await client.deleteItem(deletion)).toMatchObject({ changed: true, revision: { valid: true } });
  }));

test("a kind with a fault of its own is refused with the fault", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", smallSite(0));
    const put = (customKind: ReturnType<typeof kind>, validateOnly = false) =>
      client.putCustomKind({ design: "lab", customKind, validateOnly });
    const invalid = { code: "InvalidArgument", reason: "INVALID_FIELD" };
    for (const jsonSchema of ["", "{", "[]", '{"type": "object"}', '{"type": "objct", "properties": {"a": {}}}'])
      expect(await failureOf(put({ ...kind(), jsonSchema })), jsonSchema).toMatchObject(invalid);
    const reference = await detailOf(put({ ...kind(), references: { zone: "Netwrk" } }));
    expect(reference.found).toEqual([`custom-kind-schema CustomKind/${KIND}`]);
    expect(reference.diagnostics[0]?.hint).toBe('did you mean "Network"?');
    expect(await failureOf(put({ ...kind(), mergeKeys: { rules: "nam" } }))).toMatchObject(invalid);
    expect(await failureOf(put({ ...kind(), secrets: ["pasword"] }))).toMatchObject(invalid);
    const deep = `${'{"properties":{"a":'.repeat(60)}{}${"}}".repeat(60)}`;
    expect(await failureOf(put({ ...kind(), jsonSchema: deep }))).toMatchObject(invalid);
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(1n);
    expect(await put(kind(), true)).toMatchObject({ changed: true, revision: { number: 2n } });
    expect((await client.listCustomKinds({ design: "lab" })).customKinds).toEqual([]);
    const operator = stateClient(database, Role.OPERATOR);
    expect(await failureOf(operator.putCustomKind({ design: "lab", customKind: kind() }))).toMatchObject({
      code: "PermissionDenied",
    });
  }));

test("kinds are listed by name, page by page, as of a revision, with the layers that declare them", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const names = ["C.example", "A.example", "B.example"];
    for (const name of names)
      await client.putCustomKind({ design: "lab", customKind: { ...kind(), kind: name }, layer: "mine" });
    const whole = await client.listCustomKinds({ design: "lab" });
    expect(whole.customKinds.map((each) => each.kind)).toEqual(["A.example", "B.example", "C.example"]);
    const [first] = whole.customKinds;
    expect(first).toMatchObject({ ...kind(), kind: "A.example", jsonSchema: expect.any(String), layers: ["mine"] });
    expect(first?.fromRevision).toBe(3n);
    expect(JSON.parse(first?.jsonSchema ?? "")).toEqual(JSON.parse(kind().jsonSchema));
    const page = await client.listCustomKinds({ design: "lab", pageSize: 2 });
    await commitTo(client, "site", [documentOf("CustomKind", "C.example", { description: "What may pass" })]);
    const rest = await client.listCustomKinds({ design: "lab", pageSize: 2, pageToken: page.nextPageToken });
    expect([...page.customKinds, ...rest.customKinds]).toEqual(whole.customKinds);
    expect(rest.nextPageToken).toBe("");
    const early = await client.listCustomKinds({ design: "lab", revision: 2n });
    expect(early.customKinds.map((each) => each.kind)).toEqual(["C.example"]);
    const { customKinds } = await client.listCustomKinds({ design: "lab" });
    expect(customKinds.at(-1)?.layers).toEqual(["site", "mine"]);
    // A kind as it was listed can be put again.
    expect(await client.putCustomKind({ design: "lab", layer: "mine", customKind: first ?? kind() })).toMatchObject({
      changed: false,
    });
  }));

test("items of a kind that is registered are asked, compared and watched like those of built-in kinds", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    await client.putCustomKind({ design: "lab", customKind: kind() });
    const long = firewall("long", { base: "base", lifetime: 600 });
    const operations = [base, long].map((value) => ({ operation: { case: "create" as const, value } }));
    await client.batchChangeItems({ ...at, operations });
    const change = firewall("long", { lifetime: 700 });
    await client.updateItem({ ...at, document: change, fields: ["lifetime"], message: "longer" });

    const asked = { design: "lab", kind: KIND };
    const filtered = await client.listItems({ ...asked, filter: "spec.lifetime > 100 && spec.zone == 'mgmt'" });
    expect(filtered.items.map(({ name }) => name)).toEqual(["long"]);
    const ordered = await client.listItems({ ...asked, orderBy: "spec.lifetime desc" });
    expect(ordered.items.map(({ name }) => name)).toEqual(["long", "base"]);
    const member = await client.listItems({ ...asked, fields: ['rules["ssh"].port'] });
    expect(member.items[0]?.spec.value).toEqual({ rules: [{ name: "ssh", port: 22 }] });
    expect((await client.countItems({ ...asked, groupBy: ["spec.zone"] })).counts).toMatchObject([
      { values: ['"mgmt"'], count: 2n },
    ]);
    const named = await client.listReferences({ design: "lab", kind: "Network", name: "mgmt", otherKind: KIND });
    expect(named.references.map(({ fromItem, field }) => `${fromItem} ${field}`)).toContain(`${KIND}/base zone`);
    const heirs = await client.listReferences({ ...asked, name: "base", inheritance: true });
    expect(heirs.references).toMatchObject([{ fromItem: `${KIND}/long`, isParent: true }]);

    const sides = { design: "lab", kind: KIND, fromRevision: 3n, effective: true };
    const { differences } = await client.diffRevisions({ ...sides, provenance: true });
    expect(differences).toMatchObject([{ name: "long", path: "lifetime", before: "600", after: "700" }]);
    const { changes } = await client.listItemHistory({ ...asked, name: "long", path: "lifetime" });
    expect(changes.map(({ message }) => message)).toEqual(["longer", ""]);

    const told: string[] = [];
    for await (const { change: each } of client.watch({ design: "lab", kinds: [KIND, "CustomKind"] })) {
      if (each.case === "item") told.push(`${each.value.kind}/${each.value.name}`);
      if (each.case === "revision" && each.value.number === 4n) break;
    }
    expect(told).toEqual([`CustomKind/${KIND}`, `${KIND}/base`, `${KIND}/long`, `${KIND}/long`]);
  }));
