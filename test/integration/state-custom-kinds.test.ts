import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Diagnostic } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, type DocumentInit, documentOf, smallSite, withState } from "../support/state-service.ts";

const KIND = "Firewall.acme.example";

/** A kind with a secret, a parent, a reference and a list of records. */
const declaration = (schema = {}): DocumentInit =>
  documentOf("CustomKind", KIND, {
    description: "What may pass",
    json_schema: {
      type: "object",
      required: ["zone"],
      properties: {
        base: { type: "string" },
        zone: { type: "string" },
        password: { type: "string" },
        token_lifetime: { type: "integer", default: 60, maximum: 3600 },
        rules: {
          type: "array",
          items: { type: "object", properties: { name: { type: "string" }, port: { type: "integer" } } },
        },
        ...schema,
      },
    },
    merge_keys: { rules: "name" },
    references: { zone: "Network" },
    parent: "base",
    secrets: ["password"],
  });

const ownOf = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.filter(({ kind }) => [KIND, "CustomKind"].includes(kind));

const firewalls = (edge = {}): DocumentInit[] => [
  documentOf(KIND, "base", {
    zone: "mgmt",
    password: { literal: "canary-hunter2" },
    rules: [
      { name: "ssh", port: 22 },
      { name: "web", port: 80 },
    ],
  }),
  documentOf(KIND, "edge", { base: "base", ...edge, rules: ["!web", { name: "dns", port: 53 }] }),
];

test("items of a custom kind are committed, resolved, read and explained as those of a built-in one", () =>
  withState(async (client) => {
    const { revision, diagnostics } = await commitTo(client, "site", [
      ...smallSite(0),
      declaration(),
      ...firewalls({ token_lifetime: 600 }),
    ]);
    expect(ownOf(diagnostics)).toMatchObject([{ rule: "secret-in-clear", name: "base", field: "password" }]);
    expect(revision?.valid).toBe(true);

    const { item } = await client.getItem({ design: "lab", kind: KIND, name: "edge" });
    expect(item?.spec).toEqual({
      case: "custom",
      value: {
        base: "base",
        zone: "mgmt",
        password: { ref: expect.stringMatching(/^sealed:/) },
        token_lifetime: 600,
        rules: [
          { name: "ssh", port: 22 },
          { name: "dns", port: 53 },
        ],
      },
    });
    const masked = await client.listItems({ design: "lab", kind: KIND, fields: ["token_lifetime"] });
    expect(masked.items.map(({ name, spec }) => [name, spec.value])).toEqual([
      ["base", { token_lifetime: 60 }],
      ["edge", { token_lifetime: 600 }],
    ]);
    const kinds = await client.listItems({ design: "lab", kind: "CustomKind" });
    expect(kinds.items.map(({ name, spec }) => [name, spec.case])).toEqual([[KIND, "customKind"]]);

    const explained = await client.explain({ design: "lab", kind: KIND, name: "edge", path: 'rules["ssh"].port' });
    expect(explained.explanation).toMatchObject({ value: { kind: { value: 22 } }, item: `${KIND}/base` });
    const preset = await client.explain({ design: "lab", kind: KIND, name: "base", path: "token_lifetime" });
    expect(preset.explanation).toMatchObject({ rule: "default" });

    const wrong = await failureOf(client.listItems({ design: "lab", kind: KIND, fields: ["zome"] }));
    expect(wrong.message).toContain("did you mean zone?");
    const unknown = await failureOf(client.getItem({ design: "lab", kind: "Firewal.acme.example", name: "edge" }));
    expect(unknown.message).toContain(`did you mean "${KIND}"?`);
  }));

test("what a custom kind calls a secret is sealed, whether the kind comes before its items or after", () =>
  withState(async (client, database) => {
    for (const [design, order] of [
      ["before", [declaration(), ...firewalls()]],
      ["after", [...firewalls(), declaration()]],
    ] as const) {
      await client.createDesign({ design });
      const { changeId } = await client.openChange({ design, layers: ["site"], requestId: randomUUID() });
      const all = [...smallSite(0), ...order];
      for (const each of all) await client.putDocuments({ changeId, layer: "site", documents: [each] });
      const { diagnostics } = await client.commit({ changeId, mode: CommitMode.PATCH });
      expect(ownOf(diagnostics)).toMatchObject([{ rule: "secret-in-clear", name: "base", field: "password" }]);
      const { items } = await client.getRawItem({ design, kind: KIND, name: "base" });
      expect(items[0]?.spec).toMatchObject({ password: { ref: expect.stringMatching(/^sealed:/) } });
    }
    const rows = await database.db.execute("select row_to_json(d)::text as row from bedplate.document d");
    const text = JSON.stringify(rows);
    expect(text).toContain("sealed:");
    expect(text).not.toContain("hunter2");
  }));

test("a change of the kind makes its items anew", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), declaration(), ...firewalls({ token_lifetime: 600 })]);
    const stricter = declaration({ token_lifetime: { type: "integer", default: 30, maximum: 300 } });
    const { revision, diagnostics } = await commitTo(client, "site", [stricter]);
    expect(revision?.valid).toBe(false);
    expect(ownOf(diagnostics)).toMatchObject([
      { rule: "invalid-value", kind: KIND, name: "edge", field: "token_lifetime", location: { uri: "site.yaml" } },
      { rule: "secret-in-clear", name: "base" },
    ]);
    const { item } = await client.getItem({ design: "lab", kind: KIND, name: "base" });
    expect(item?.spec.value).toMatchObject({ token_lifetime: 30 });
    const before = await client.getItem({ design: "lab", kind: KIND, name: "base", revision: 1n });
    expect(before.item?.spec.value).toMatchObject({ token_lifetime: 60 });
  }));

test("items whose kind goes are of no kind", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), declaration(), ...firewalls()]);
    const { diagnostics } = await commitTo(client, "site", [], { deletions: [{ kind: "CustomKind", name: KIND }] });
    expect(
      ownOf(diagnostics)
        .map(({ rule, name }) => `${rule} ${name}`)
        .sort(),
    ).toEqual(["unknown-kind base", "unknown-kind edge"]);
    const { items } = await client.listItems({ design: "lab", kind: "" });
    expect(items.filter(({ kind }) => kind === KIND)).toEqual([]);
  }));
