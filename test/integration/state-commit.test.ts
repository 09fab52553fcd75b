import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, documentOf, nodeDocument, smallSite, stateClient, withState } from "../support/state-service.ts";

const REPLACE = CommitMode.REPLACE_LAYER;

test("a commit makes a revision with its effective items, and says what it did", () =>
  withState(async (client) => {
    const { revision, changed, diagnostics } = await commitTo(client, "site", smallSite(3), { message: "first" });
    expect(diagnostics).toEqual([]);
    expect(changed).toBe(true);
    expect(revision).toMatchObject({
      ...{ design: "lab", number: 1n, valid: true, author: "tester", message: "first", layers: ["site"] },
      ...{ errorCount: 0, warningCount: 0 },
      counters: { documentsRead: 8, itemsResolved: 8, documentsChanged: 8, itemsChanged: 8, rowsWritten: 50 },
    });
    expect(revision?.createdAt).toBeDefined();
    const { item } = await client.getItem({ design: "lab", kind: "Node", name: "n001" });
    expect(item?.spec).toMatchObject({ case: "node", value: { fqdn: "n001.lab.example", hardwareProfile: "box" } });
    expect(item).toMatchObject({ fromRevision: 1n, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await client.getDesign({ design: "lab" })).design).toMatchObject({
      name: "lab",
      revision: 1n,
      valid: true,
    });
  }));

test("creating a design twice changes nothing", () =>
  withState(async (client) => {
    const first = await client.createDesign({ design: "lab" });
    await commitTo(client, "site", smallSite(1));
    const second = await client.createDesign({ design: "lab" });
    expect(second.design).toMatchObject({ revision: 1n, createdAt: first.design?.createdAt });
  }));

test("committing the same documents again makes no revision", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const again = await commitTo(client, "site", smallSite(3), { mode: REPLACE });
    expect(again).toMatchObject({ changed: false, revision: { number: 1n } });
    expect((await client.listRevisions({ design: "lab" })).revisions).toHaveLength(1);
  }));

test("a change of one node writes as many rows in a small design as in a larger one", () =>
  withState(async (client) => {
    const rows: unknown[] = [];
    for (const nodes of [20, 200]) {
      const design = `site-${nodes}`;
      await commitTo(client, "site", smallSite(nodes), { design });
      const changed = nodeDocument(7, { description: "moved" });
      const { revision } = await commitTo(client, "site", [changed], { design });
      const { rowsWritten, documentsChanged, itemsChanged } = revision?.counters ?? {};
      rows.push({ rowsWritten, documentsChanged, itemsChanged });
    }
    expect(rows[0]).toEqual({ rowsWritten: 6, documentsChanged: 1, itemsChanged: 1 });
    expect(rows[1]).toEqual(rows[0]);
  }));

test("a patch leaves what it does not mention, and deletes what it is told to", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const { revision } = await commitTo(client, "site", [], { deletions: [{ kind: "Node", name: "n001" }] });
    expect(revision).toMatchObject({ number: 2n, counters: { documentsChanged: 1, itemsChanged: 1, rowsWritten: 7 } });
    const { items } = await client.listItems({ design: "lab", kind: "Node" });
    expect(items.map(({ name }) => name)).toEqual(["n000", "n002"]);
    const nothing = await commitTo(client, "site", [], { deletions: [{ kind: "Node", name: "n001" }] });
    expect(nothing.changed).toBe(false);
  }));

test("replacing a layer deletes what the change does not hold, in that layer only", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    await commitTo(client, "extra", [nodeDocument(5)]);
    await commitTo(client, "extra", [nodeDocument(6)], { mode: REPLACE });
    const { items } = await client.listItems({ design: "lab", kind: "Node" });
    expect(items.map(({ name }) => name)).toEqual(["n000", "n001", "n006"]);
  }));

test("one change may write several layers, and makes one revision", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const layers = ["design", "formation"];
    const { changeId } = await client.openChange({ design: "lab", layers, requestId: randomUUID() });
    const [site, link, , hardware, host] = smallSite(0);
    const network = documentOf("Network", "mgmt", { mtu: 1400 }, 20);
    const documents = [site, link, network, hardware, host].filter((each) => each !== undefined);
    await client.putDocuments({ changeId, layer: "design", documents });
    const formation = [documentOf("Network", "mgmt", { cidr: "10.0.0.0/16" }, 1, "formation.yaml"), nodeDocument(0)];
    await client.putDocuments({ changeId, layer: "formation", documents: formation });
    const { revision } = await client.commit({ changeId, mode: REPLACE });
    expect(revision).toMatchObject({ number: 1n, valid: true, layers: ["design", "formation"] });
    expect((await client.listLayers({ design: "lab" })).layers).toMatchObject([
      { name: "design", rank: 200, role: LayerRole.DESIGN },
      { name: "formation", rank: 300, role: LayerRole.FORMATION },
    ]);
    const { item } = await client.getItem({ design: "lab", kind: "Network", name: "mgmt" });
    expect(item?.spec.value).toMatchObject({ mtu: 1400, cidr: "10.0.0.0/16" });
  }));

test("an invalid revision is kept with its diagnostics, errors first, and mended by the next", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const broken = nodeDocument(0, { host_profile: "bsae" });
    const { revision, diagnostics } = await commitTo(client, "site", [broken]);
    expect(revision).toMatchObject({ number: 2n, valid: false });
    expect(revision?.errorCount).toBeGreaterThan(0);
    expect(diagnostics[0]).toMatchObject({ rule: "unknown-reference", severity: Severity.ERROR, name: "n000" });
    expect(diagnostics[0]?.location).toMatchObject({ uri: "site.yaml", line: 101 });
    expect((await client.getDesign({ design: "lab" })).design).toMatchObject({ revision: 2n, valid: false });
    const listed = await client.listDiagnostics({ design: "lab", revision: 2n });
    expect(listed.diagnostics).toEqual(diagnostics);
    expect((await client.listDiagnostics({ design: "lab", revision: 1n })).diagnostics).toEqual([]);
    const mended = await commitTo(client, "site", [nodeDocument(0)]);
    expect(mended).toMatchObject({ revision: { number: 3n, valid: true }, diagnostics: [] });
  }));

test("what a consumer found stays with the design until its file or layer is given again", () =>
  withState(async (client) => {
    const finding = {
      ...{ rule: "yaml-syntax", severity: Severity.ERROR, message: "found a tab, expected spaces" },
      location: { uri: "hosts.yaml", line: 7, column: 3 },
    };
    const first = await commitTo(client, "site", smallSite(1), { diagnostics: [finding] });
    expect(first.revision?.valid).toBe(false);
    expect(first.diagnostics).toMatchObject([finding]);
    const other = await commitTo(client, "site", [nodeDocument(1)]);
    expect(other.diagnostics).toMatchObject([finding]);
    const only = await commitTo(client, "extra", [], { diagnostics: [{ ...finding, severity: Severity.WARNING }] });
    expect(only).toMatchObject({ changed: true, revision: { number: 3n, counters: { documentsChanged: 0 } } });
    const again = documentOf("Rack", "r1", {}, 1, "hosts.yaml");
    const mended = await commitTo(client, "site", [again]);
    expect(mended.diagnostics).toMatchObject([{ severity: Severity.WARNING }]);
    const replaced = await commitTo(client, "extra", [], { mode: REPLACE });
    expect(replaced).toMatchObject({ changed: true, diagnostics: [], revision: { valid: true } });
  }));

test("opening a change with the same request id answers with the same change, before and after its commit", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const request = { design: "lab", layers: ["site"], requestId: "request-1", expectedRevision: 0n };
    const first = await client.openChange(request);
    expect(await client.openChange(request)).toEqual(first);
    await client.putDocuments({ changeId: first.changeId, layer: "site", documents: smallSite(1) });
    const committed = await client.commit({ changeId: first.changeId });
    expect(await client.openChange(request)).toEqual(first);
    expect(await client.commit({ changeId: first.changeId })).toEqual(committed);
    await commitTo(client, "site", [nodeDocument(1)]);
    expect(await client.commit({ changeId: first.changeId })).toEqual(committed);
    expect(await failureOf(client.openChange({ ...request, layers: ["other"] }))).toMatchObject({
      code: "AlreadyExists",
      reason: "ALREADY_EXISTS",
    });
  }));

test("a stale expected revision is refused when a change is opened", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    expect(await failureOf(commitTo(client, "site", [nodeDocument(1)], { expectedRevision: 0n }))).toEqual({
      ...{ code: "Aborted", reason: "REVISION_MOVED", message: 'design "lab" is at revision 1, not 0' },
    });
  }));

test("of two changes on one revision the first commit wins, also when both come at once", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const open = async (index: number) => {
      const { changeId } = await client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
      await client.putDocuments({ changeId, layer: "site", documents: [nodeDocument(index)] });
      return changeId;
    };
    const changes = [await open(1), await open(2), await open(3)];
    const results = await Promise.allSettled(changes.map((changeId) => client.commit({ changeId })));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: Code.Aborted });
    }
    expect((await client.listItems({ design: "lab", kind: "Node" })).items).toHaveLength(2);
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(2n);
  }));

test("a change takes no more once committed, and only documents of its own layers", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const { changeId } = await client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
    const wrongLayer = await failureOf(client.putDocuments({ changeId, layer: "other", documents: [] }));
    expect(wrongLayer).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
    const put = await client.putDocuments({ changeId, layer: "site", documents: smallSite(1) });
    expect(put.documentCount).toBe(6);
    const same = await client.putDocuments({ changeId, layer: "site", documents: [nodeDocument(0)] });
    expect(same.documentCount).toBe(6);
    await client.commit({ changeId });
    const closed = { code: "FailedPrecondition", reason: "CHANGE_CLOSED" };
    expect(await failureOf(client.putDocuments({ changeId, layer: "site", documents: [] }))).toMatchObject(closed);
    expect(await failureOf(client.deleteDocuments({ changeId, layer: "site", keys: [] }))).toMatchObject(closed);
    expect(await failureOf(client.dropChange({ changeId }))).toMatchObject(closed);
  }));

test("a dropped change is gone, and dropping what is not there is fine", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const { changeId } = await client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
    await client.putDocuments({ changeId, layer: "site", documents: smallSite(1) });
    await client.dropChange({ changeId });
    await client.dropChange({ changeId });
    expect(await failureOf(client.commit({ changeId }))).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(0n);
  }));

test("a document declared twice is an error that names both places, in one call or in two", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const { changeId } = await client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
    const [here, there] = [documentOf("Rack", "r1", {}, 5, "a.yaml"), documentOf("Rack", "r1", {}, 9, "b.yaml")];
    await client.putDocuments({ changeId, layer: "site", documents: [...smallSite(1), here] });
    await client.putDocuments({ changeId, layer: "site", documents: [here] });
    await client.putDocuments({ changeId, layer: "site", documents: [there] });
    const inOneCall = await client.commit({ changeId });
    expect(inOneCall.diagnostics).toMatchObject([
      {
        ...{ rule: "duplicate-document", severity: Severity.ERROR, kind: "Rack", name: "r1" },
        location: { uri: "b.yaml", line: 9 },
        related: [{ location: { uri: "a.yaml", line: 5 } }],
      },
    ]);
    const inTwo = await commitTo(client, "site", [...smallSite(1), there, here], { mode: REPLACE });
    expect(inTwo.diagnostics).toMatchObject([{ rule: "duplicate-document", location: { uri: "a.yaml", line: 5 } }]);
  }));

test("changing a layer is a revision that evaluates the design again", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitTo(client, "notes", [documentOf("Network", "mgmt", { description: "notes" }, 1, "notes.yaml")]);
    await commitTo(client, "site", [documentOf("Network", "mgmt", { cidr: "10.0.0.0/16", description: "site" }, 20)]);
    const descriptionOf = async () =>
      (await client.getItem({ design: "lab", kind: "Network", name: "mgmt" })).item?.spec.value?.description;
    await client.putLayer({ design: "lab", layer: { name: "notes", rank: 900 } });
    expect(await descriptionOf()).toBe("notes");
    const { revision } = await client.putLayer({ design: "lab", layer: { name: "notes", rank: 10 } });
    expect(revision).toMatchObject({
      number: 5n,
      layers: ["notes"],
      counters: { documentsChanged: 0, itemsChanged: 1 },
    });
    expect(await descriptionOf()).toBe("site");
    const same = await client.putLayer({ design: "lab", layer: { name: "notes", rank: 10 }, expectedRevision: 5n });
    expect(same.revision?.number).toBe(5n);
    expect((await client.listLayers({ design: "lab" })).layers.map(({ name }) => name)).toEqual(["notes", "site"]);
    const before = await client.listLayers({ design: "lab", revision: 4n });
    expect(before.layers.map(({ name, rank }) => [name, rank])).toEqual([
      ["site", 400],
      ["notes", 900],
    ]);
    const stale = client.putLayer({ design: "lab", layer: { name: "notes", rank: 1 }, expectedRevision: 4n });
    expect(await failureOf(stale)).toMatchObject({ code: "Aborted", reason: "REVISION_MOVED" });
  }));

test("who may not write is refused", () =>
  withState(async (_, database) => {
    const viewer = stateClient(database, Role.VIEWER);
    expect(await failureOf(viewer.createDesign({ design: "lab" }))).toMatchObject({ code: "PermissionDenied" });
    const operator = stateClient(database, Role.OPERATOR);
    await commitTo(operator, "site", smallSite(1));
    expect((await viewer.listItems({ design: "lab", kind: "Node" })).items).toHaveLength(1);
    const layer = operator.putLayer({ design: "lab", layer: { name: "site", mayReferenceSecrets: true } });
    expect(await failureOf(layer)).toMatchObject({ code: "PermissionDenied" });
  }));

test("changes that the design has overtaken make room for others, and those that may still be committed do not", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const open = () => client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
    for (let index = 0; index < 99; index++) await open();
    const newest = await open();
    expect(await failureOf(open())).toMatchObject({ code: "ResourceExhausted", reason: "LIMIT_EXCEEDED" });
    await client.putDocuments({ changeId: newest.changeId, layer: "site", documents: smallSite(1) });
    await client.commit({ changeId: newest.changeId });
    await open();
    const late = await open();
    expect(late.baseRevision).toBe(1n);
    expect(await client.commit({ changeId: late.changeId })).toMatchObject({ changed: false });
  }));
