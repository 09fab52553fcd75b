import type { MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type DiagnosticSchema, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { submitDesign } from "../../src/control/submit-design.ts";
import { failureOf } from "../support/failure-of.ts";
import { fc } from "../support/property.ts";
import {
  commitTo,
  type DocumentInit,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

/** Every document of the layers in one REPLACE_LAYER commit: what a submission shall come to, whatever it sends. */
async function submitWhole(client: StateClient, design: string, { layers, diagnostics }: Version): Promise<void> {
  await client.createDesign({ design });
  const names = [...layers.keys()];
  if (names.length === 0) return;
  const requestId = `whole-${design}-${++requests}`;
  const { changeId } = await client.openChange({ design, layers: names, requestId });
  for (const [layer, documents] of layers)
    await client.putDocuments({ changeId, layer, documents: documents.filter(isKind) });
  let found = diagnostics;
  for (const [layer, documents] of layers) {
    const items = documents.filter((each) => !isKind(each));
    await client.putDocuments({ changeId, layer, documents: items, diagnostics: [...found] });
    found = [];
  }
  await client.commit({ changeId, mode: CommitMode.REPLACE_LAYER });
}

let requests = 0;
const isKind = ({ kind }: DocumentInit) => kind === "CustomKind";

interface Version {
  readonly layers: ReadonlyMap<string, readonly DocumentInit[]>;
  readonly diagnostics: readonly MessageInitShape<typeof DiagnosticSchema>[];
}

/** All that can be read of a design's head, without what only tells when it was committed. */
async function contentOf(client: StateClient, design: string) {
  const { items: raw } = await client.listRawItems({ design, pageSize: 1000 });
  const { items: effective } = await client.listItems({ design, pageSize: 1000 });
  const { diagnostics } = await client.listDiagnostics({ design, pageSize: 1000 }).catch(() => ({ diagnostics: [] }));
  const { layers } = await client.listLayers({ design });
  // Sealed references are a design's own; the order of findings at one place is not promised.
  const text = (value: unknown) =>
    JSON.stringify(value, (key, each) =>
      key === "fromRevision" ? undefined : typeof each === "bigint" ? `${each}` : each,
    )
      .replace(/sealed:[A-Za-z0-9_-]+/g, "sealed:")
      .replaceAll(design, "DESIGN");
  return {
    raw: raw.map(({ digest: _, ...each }) => text(each)),
    effective: effective.map(({ digest: _, ...each }) => text(each)),
    diagnostics: diagnostics.map(text).sort(),
    layers: layers.map(text),
  };
}

const secretProfile = (credential: string) =>
  documentOf("HostProfile", "guarded", { oob: { type: "ipmi", account: "root", credential: { literal: credential } } });

/** A kind whose declaration alone tells whether its pin is a secret. */
const badge = (isSecret: boolean) =>
  documentOf("CustomKind", "Badge.acme.example", {
    json_schema: { type: "object", properties: { pin: { type: "string" } } },
    ...(isSecret && { secrets: ["pin"] }),
  });

/** One of the things a version of a site may hold, in one of the ways it may say it; several may declare the same item. */
const pieces: fc.Arbitrary<DocumentInit> = fc.oneof(
  fc
    .record({
      index: fc.nat(3),
      tag: fc.constantFrom("a", "b"),
      line: fc.constantFrom(1, 9),
      uri: fc.constantFrom("x.yaml", "y.yaml"),
    })
    .map(({ index, tag, line, uri }) => {
      const node = nodeDocument(index, { metadata: { tags: [tag] } });
      return { ...node, location: { uri, line, column: 1 } };
    }),
  fc.constantFrom("hunter2-hunter2", "correct-horse").map(secretProfile),
  fc.boolean().map(badge),
  fc.constantFrom("1111-2222", "3333-4444").map((literal) => documentOf("Badge.acme.example", "b1", { pin: literal })),
  fc.constantFrom("10.0.0.0/16", "10.1.0.0/16", "nonsense").map((cidr) => documentOf("Network", "mgmt", { cidr })),
  fc
    .constantFrom("Node", "Rack")
    .map((kind) => documentOf(kind, "stray", { unknown_field: 1, password: "hunter2-hunter2" })),
  fc.nat(4).map((count) => smallSite(2)[count] ?? documentOf("Site", "lab", {})),
);

const finding = fc
  .record({
    uri: fc.constantFrom("x.yaml", "y.yaml"),
    line: fc.nat(3),
    message: fc.constantFrom("odd", "hunter2-hunter2 is odd"),
  })
  .map(({ uri, line, message }) => ({
    ...{ rule: "odd-text", severity: Severity.ERROR, message },
    location: { uri, line, column: 1 },
  }));

const version: fc.Arbitrary<Version> = fc
  .record({
    main: fc.array(pieces, { maxLength: 8 }),
    formation: fc.array(pieces, { maxLength: 4 }),
    diagnostics: fc.array(finding, { maxLength: 3 }),
  })
  .map(({ main, formation, diagnostics }) => {
    const layers = new Map<string, readonly DocumentInit[]>();
    if (main.length > 0) layers.set("main", main);
    if (formation.length > 0) layers.set("formation", formation);
    return { layers, diagnostics };
  });

test(
  "sending only what changed comes to the same as sending everything, version after version",
  { timeout: 180_000 },
  () =>
    withState(async (client) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 3 }), async (versions) => {
          run += 1;
          const [whole, parts] = [`whole${run}`, `parts${run}`];
          for (const each of versions) {
            if (each.layers.size === 0) continue;
            await submitWhole(client, whole, each);
            const documents = [...each.layers].flatMap(([part, list]) =>
              list.map((document) => ({ ...document, part: part === "main" ? "" : part })),
            );
            await submitDesign(client, { design: parts, documents, diagnostics: each.diagnostics });
            expect(await contentOf(client, parts)).toEqual(await contentOf(client, whole));
          }
        }),
        { numRuns: 20 },
      );
    }),
);

test("what the design has already is not sent, and what it has too much is deleted", () =>
  withState(async (client) => {
    const submit = (documents: readonly DocumentInit[]) =>
      submitDesign(client, { design: "lab", documents, diagnostics: [] });
    const site = smallSite(20);
    const first = await submit(site);
    expect([first.documentsSent, first.documents]).toEqual([25, 25]);
    const same = await submit(site);
    expect([same.documentsSent, same.committed.changed]).toEqual([0, false]);
    const changed = await submit([...site.slice(0, -2), nodeDocument(18, { metadata: { tags: ["new"] } })]);
    expect([changed.documentsSent, changed.documents]).toEqual([1, 24]);
    expect(changed.committed.rawChanges.map(({ name }) => name)).toEqual(["n018", "n019"]);
  }));

test("a document with a secret is always sent, and changes nothing while the secret is the same", () =>
  withState(async (client) => {
    const submit = (credential: string) =>
      submitDesign(client, { design: "lab", documents: [...smallSite(1), secretProfile(credential)], diagnostics: [] });
    await submit("hunter2-hunter2");
    const again = await submit("hunter2-hunter2");
    expect([again.documentsSent, again.committed.changed]).toEqual([1, false]);
    expect((await submit("correct-horse")).committed.changed).toBe(true);
  }));

test("what a kind comes to call a secret is taken out of items that say the same as before", () =>
  withState(async (client) => {
    const card = documentOf("Badge.acme.example", "b1", { pin: "1111-2222" });
    const submit = (isSecret: boolean) =>
      submitDesign(client, { design: "lab", documents: [...smallSite(1), badge(isSecret), card], diagnostics: [] });
    const specOf = async () =>
      (await client.getRawItem({ design: "lab", kind: "Badge.acme.example", name: "b1" })).items[0]?.spec;
    await submit(false);
    expect(await specOf()).toEqual({ pin: "1111-2222" });
    await submit(true);
    expect(await specOf()).toEqual({ pin: "<secret>" });
  }));

test("a submission begins again when the design moves between its reading and its commit, unless it expects a revision", () =>
  withState(async (client) => {
    const site = smallSite(2);
    await submitDesign(client, { design: "lab", documents: site, diagnostics: [] });
    let times = 0;
    const disturbed: StateClient = {
      ...client,
      commit: async (request, options) => {
        times += 1;
        if (times <= 2) await commitTo(client, "main", [nodeDocument(0, { metadata: { tags: [`turn-${times}`] } })]);
        return client.commit(request, options);
      },
    };
    const { committed } = await submitDesign(disturbed, { design: "lab", documents: site, diagnostics: [] });
    expect([times, committed.revision?.number]).toEqual([3, 4n]);
    const { items } = await client.getRawItem({ design: "lab", kind: "Node", name: "n000" });
    expect(items[0]?.spec).not.toHaveProperty("metadata");
    times = 0;
    const expecting = { design: "lab", documents: site.slice(0, 6), diagnostics: [], expectedRevision: 4n };
    expect(await failureOf(submitDesign(disturbed, expecting))).toMatchObject({ reason: "REVISION_MOVED" });
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(5n);
  }));

test("a request that was committed answers the same again, whatever came since", () =>
  withState(async (client) => {
    const submission = { design: "lab", documents: smallSite(1), diagnostics: [], requestId: "request-1" };
    const first = await submitDesign(client, submission);
    await submitDesign(client, { design: "lab", documents: smallSite(3), diagnostics: [] });
    const again = await submitDesign(client, submission);
    expect(again.committed).toEqual(first.committed);
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(2n);
  }));

test("metadata and message of a submission are its revision's", () =>
  withState(async (client) => {
    const { committed } = await submitDesign(client, {
      ...{ design: "lab", documents: smallSite(1), diagnostics: [], message: "first" },
      metadata: { "git.commit": "c0ffee" },
    });
    expect(committed.revision).toMatchObject({ message: "first", metadata: { "git.commit": "c0ffee" } });
  }));

test("a source's layers that nothing is in any more are emptied; those of nobody stay", () =>
  withState(async (client) => {
    const site = smallSite(1);
    const inTwo = site.map((each) => ({ ...each, part: each.kind === "Node" ? "formation" : "" }));
    const submit = (documents: readonly DocumentInit[], source: string) =>
      submitDesign(client, { design: "lab", documents, diagnostics: [], source });
    await submit(inTwo, "git:plant7");
    await submit(inTwo.slice(0, 5), "git:plant7");
    const { items } = await client.listRawItems({ design: "lab" });
    expect(items.map(({ kind, layer }) => `${layer}/${kind}`)).not.toContain("formation/Node");
    await client.createDesign({ design: "other" });
    await submitDesign(client, { design: "other", documents: inTwo, diagnostics: [] });
    await submitDesign(client, { design: "other", documents: inTwo.slice(0, 5), diagnostics: [] });
    const { items: kept } = await client.listRawItems({ design: "other" });
    expect(kept.map(({ kind, layer }) => `${layer}/${kind}`)).toContain("formation/Node");
  }));

test("a layer of API clients is not made what files say", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    await client.putLayer({ design: "lab", layer: { name: "main", rank: 400, source: "api" } });
    await commitTo(client, "main", [nodeDocument(7)]);
    const refused = submitDesign(client, { design: "lab", documents: smallSite(1), diagnostics: [] });
    expect(await failureOf(refused)).toMatchObject({ code: "FailedPrecondition", reason: "LAYER_OWNED" });
    const { items } = await client.listRawItems({ design: "lab" });
    expect(items.map(({ name }) => name)).toEqual(["n007"]);
  }));
