import { expect, test } from "vitest";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { fc } from "../support/property.ts";
import { histories, live } from "../support/random-history.ts";
import {
  commitTo,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

const design = "lab";

/** Everything a revision says, its number left out. */
async function everything(client: StateClient, lived: string, revision: bigint) {
  const all = { design: lived, revision, pageSize: 1000 };
  const { items } = await client.listItems(all);
  const raws = (await client.listRawItems(all)).items;
  return {
    items: items.map(({ fromRevision: _, ...item }) => item),
    raws: raws.map(({ fromRevision: _, ...raw }) => raw),
    layers: (await client.listLayers(all)).layers,
    diagnostics: (await client.listDiagnostics(all)).diagnostics,
  };
}

test("an earlier revision becomes the next one, and says where it came from", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    await commitTo(client, "site", [nodeDocument(0, { description: "x" }), nodeDocument(5)]);
    await commitTo(client, "extra", [documentOf("Rack", "r1", {})]);
    await commitTo(client, "site", [], { deletions: [{ kind: "Network", name: "mgmt" }] });
    const answer = await client.restoreRevision({ design, revision: 1n });
    expect(answer).toMatchObject({
      changed: true,
      revision: {
        ...{ number: 5n, valid: true, author: "tester", message: "restore revision 1" },
        ...{ metadata: { "restored.from": "1" }, layers: ["extra", "site"] },
      },
    });
    expect(await everything(client, design, 5n)).toEqual(await everything(client, design, 1n));
    // Only what differs is written: two documents taken away, one put back, one changed, and what follows from them.
    expect(answer.revision?.counters).toMatchObject({ documentsChanged: 4 });
    const named = await client.restoreRevision({ design, revision: 3n, message: "the rack was right" });
    expect(named.revision).toMatchObject({ number: 6n, message: "the rack was right" });
    expect(await everything(client, design, 6n)).toEqual(await everything(client, design, 3n));
  }));

test("restoring what the head says already makes no revision", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitTo(client, "site", [nodeDocument(0, { description: "x" })]);
    await commitTo(client, "site", [nodeDocument(0)]);
    await client.tagRevision({ design, tag: "now" });
    for (const revision of [1n, 3n]) {
      expect(await client.restoreRevision({ design, revision })).toMatchObject({
        changed: false,
        revision: { number: 3n, tags: ["now"] },
      });
    }
    expect((await client.getDesign({ design })).design?.revision).toBe(3n);
  }));

test("trying it changes nothing, and a design that moved is not restored unseen", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitTo(client, "site", [], { deletions: [{ kind: "Network", name: "mgmt" }] });
    const before = await everything(client, design, 2n);
    const tried = await client.restoreRevision({ design, revision: 1n, validateOnly: true });
    expect(tried).toMatchObject({ changed: true, revision: { number: 3n, valid: true } });
    expect((await client.getDesign({ design })).design).toMatchObject({ revision: 2n, valid: false });
    expect(await everything(client, design, 0n)).toEqual(before);
    const refused = (request: object) => failureOf(client.restoreRevision({ design, revision: 1n, ...request }));
    expect(await refused({ expectedRevision: 1n })).toMatchObject({ code: "Aborted", reason: "REVISION_MOVED" });
    expect(await refused({ revision: 7n })).toMatchObject({ code: "NotFound" });
    expect(await refused({ revision: 0n })).toMatchObject({ code: "InvalidArgument" });
    expect(await refused({ design: "lap" })).toMatchObject({ code: "NotFound" });
    expect(await client.restoreRevision({ design, revision: 1n, expectedRevision: 2n })).toMatchObject({
      changed: true,
    });
    // An invalid revision comes back invalid.
    expect(await client.restoreRevision({ design, revision: 2n })).toMatchObject({
      revision: { number: 4n, valid: false },
    });
  }));

test("going back costs what was changed since, not what the design holds", () =>
  withState(async (client) => {
    const counters: object[] = [];
    for (const [own, nodes] of [
      ["small", 10],
      ["large", 60],
    ] as const) {
      await commitTo(client, "site", smallSite(nodes), { design: own });
      await commitTo(client, "site", [nodeDocument(3, { description: "x" })], { design: own });
      const { revision } = await client.restoreRevision({ design: own, revision: 1n });
      counters.push(revision?.counters ?? {});
      expect(await everything(client, own, 3n)).toEqual(await everything(client, own, 1n));
    }
    expect(counters[0]).toMatchObject({ documentsChanged: 1, itemsChanged: 1, itemsResolved: 1 });
    expect(counters[1]).toEqual(counters[0]);
  }));

test("layers come back as they were, but for the right to reference secrets", () =>
  withState(async (client) => {
    const layer = { name: "site", rank: 7, role: 1, owns: [{ kind: "Node", fields: [] }] };
    await commitTo(client, "site", [nodeDocument(0)]);
    await client.putLayer({ design, layer: { ...layer, mayReferenceSecrets: true } });
    await client.putLayer({ design, layer: { name: "site", rank: 9 } });
    await client.putLayer({ design, layer: { name: "other", rank: 1, mayReferenceSecrets: true } });
    await client.restoreRevision({ design, revision: 2n });
    expect((await client.listLayers({ design })).layers).toMatchObject([{ ...layer, mayReferenceSecrets: false }]);
    // A layer that is no more has no right to keep.
    await client.restoreRevision({ design, revision: 4n });
    expect((await client.listLayers({ design })).layers).toMatchObject([
      { name: "other", mayReferenceSecrets: false },
      { name: "site", rank: 9, mayReferenceSecrets: false },
    ]);
    await client.putLayer({ design, layer: { name: "site", rank: 9, mayReferenceSecrets: true } });
    await client.restoreRevision({ design, revision: 2n });
    expect((await client.listLayers({ design })).layers).toMatchObject([{ ...layer, mayReferenceSecrets: true }]);
  }));

test("what consumers found comes back with the documents they found it in", () =>
  withState(async (client) => {
    const finding = {
      ...{ rule: "yaml-syntax", severity: Severity.ERROR, message: "it breaks off", related: [] },
      location: { uri: "site.yaml", line: 9, column: 1 },
    };
    await commitTo(client, "site", smallSite(1), { diagnostics: [finding] });
    await commitTo(client, "site", smallSite(1).slice(0, 1));
    const rulesOf = async (revision: bigint) =>
      (await client.listDiagnostics({ design, revision })).diagnostics.map(({ rule }) => rule);
    expect(await rulesOf(1n)).toContain("yaml-syntax");
    expect(await rulesOf(2n)).not.toContain("yaml-syntax");
    await client.restoreRevision({ design, revision: 1n });
    expect(await rulesOf(3n)).toEqual(await rulesOf(1n));
    expect((await client.getDesign({ design })).design?.valid).toBe(false);
  }));

test("what came and went since is nothing to bring back, though its layer went too", () =>
  withState(async (client) => {
    const finding = { rule: "yaml-syntax", severity: Severity.ERROR, message: "it breaks off", related: [] };
    await commitTo(client, "site", smallSite(1));
    await commitTo(client, "extra", [], { diagnostics: [finding] });
    const restored = await client.restoreRevision({ design, revision: 1n });
    expect(restored).toMatchObject({ changed: true, revision: { number: 3n } });
    const again = await client.restoreRevision({ design, revision: 1n });
    expect(again).toMatchObject({ changed: false, revision: { number: 3n } });
    expect((await client.listLayers({ design })).layers.map(({ name }) => name)).toEqual(["site"]);
  }));

test("any revision of any history is restored whole, secrets and errors included", () =>
  withState(async (client) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const lived = `random${++number}`;
        await live(client, lived, steps);
        const head = (await client.getDesign({ design: lived })).design?.revision ?? 0n;
        for (let revision = 1n; revision <= head; revision++) {
          const wanted = await everything(client, lived, revision);
          await client.restoreRevision({ design: lived, revision });
          expect(await everything(client, lived, 0n)).toEqual(wanted);
          expect(await everything(client, lived, revision)).toEqual(wanted);
        }
      }),
      { numRuns: 15 },
    );
  }));
