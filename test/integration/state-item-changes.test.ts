import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { declarationText } from "../../src/design/declaration-text.ts";
import type { TreeMap } from "../../src/design/tree.ts";
import { errorDetail } from "../../src/mesh/failure.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, nodeDocument, type StateClient, smallSite, withState } from "../support/state-service.ts";

const at = { design: "lab", layer: "manual" } as const;

const rack = (name: string, spec: JsonObject) => ({ kind: "Rack", name, spec });

/** A node of the small site as a client of single items writes it. */
function node(index: number, spec: JsonObject = {}) {
  const { kind = "", name = "", spec: whole = {} } = nodeDocument(index, spec);
  return { kind, name, spec: whole as JsonObject };
}

async function detailOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const detail = errorDetail(error);
  if (detail === undefined) throw new Error(`expected a failure with a detail: ${error}`);
  return { ...detail, reason: ErrorReason[detail.reason], rules: detail.diagnostics.map(({ rule }) => rule) };
}

async function declared(client: StateClient, kind: string, name: string) {
  const { items } = await client.getRawItem({ design: "lab", kind, name });
  const own = items.find(({ layer }) => layer === "manual");
  if (own === undefined) throw new Error(`${kind}/${name} is not declared in the layer`);
  return own;
}

test("an item is created, changed whole and by fields, and deleted, each as a revision", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const created = await client.createItem({ ...at, document: node(1), message: "one more" });
    expect(created).toMatchObject({ changed: true, revision: { number: 2n, valid: true, message: "one more" } });
    expect(created.item).toMatchObject({ kind: "Node", name: "n001", fromRevision: 2n, spec: { case: "node" } });
    expect(created.etag).toBe((await declared(client, "Node", "n001")).digest);
    const { layers } = await client.listLayers({ design: "lab" });
    expect(layers.find(({ name }) => name === "manual")?.source).toBe("api");

    expect(await failureOf(client.createItem({ ...at, document: node(1) }))).toMatchObject({
      code: "AlreadyExists",
      reason: "ALREADY_EXISTS",
    });

    const rename = { ...node(1), spec: { metadata: { rack: "r1", tags: ["a"] }, oob: { type: "ipmi" } } };
    const set = await client.updateItem({ ...at, document: rename, fields: ["metadata.tags"], etag: created.etag });
    expect(set).toMatchObject({ changed: true, revision: { number: 3n } });
    const { addressing } = node(1).spec;
    const expected = { addressing, host_profile: "base", metadata: { tags: ["a"] } };
    expect((await declared(client, "Node", "n001")).spec).toEqual(expected);

    const address = "10.0.0.77";
    const moved = { ...node(1), spec: { addressing: [{ network: "mgmt", address }] } };
    await client.updateItem({ ...at, document: moved, fields: ['addressing["mgmt"].address', "metadata"] });
    expect((await declared(client, "Node", "n001")).spec).toEqual({
      addressing: [{ network: "mgmt", address }],
      host_profile: "base",
    });
    const whole = await client.updateItem({ ...at, document: node(1) });
    expect(whole).toMatchObject({ changed: true, revision: { number: 5n } });

    const again = await client.updateItem({ ...at, document: node(1) });
    expect(again).toMatchObject({ changed: false, revision: { number: 5n }, etag: whole.etag });

    const deletion = { ...at, kind: "Node", name: "n001" };
    expect(await client.deleteItem(deletion)).toMatchObject({ changed: true, revision: { number: 6n } });
    expect(await client.deleteItem(deletion)).toMatchObject({ changed: false, revision: { number: 6n } });
    expect(await failureOf(client.getItem({ design: "lab", kind: "Node", name: "n001" }))).toMatchObject({
      code: "NotFound",
    });
    const missing = client.updateItem({ ...at, document: node(1) });
    expect(await failureOf(missing)).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    const anew = await client.updateItem({ ...at, document: node(1), allowMissing: true });
    expect(anew).toMatchObject({ changed: true, item: { name: "n001" } });
  }));

test("what a caller saw is what is changed: by etag and by revision", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const first = await client.createItem({ ...at, document: rack("r1", { labels: { a: "1" } }) });
    const second = await client.updateItem({ ...at, document: rack("r1", { labels: { a: "2" } }), etag: first.etag });
    const stale = { code: "Aborted", reason: "ETAG_MISMATCH" };
    const change = { ...at, document: rack("r1", { labels: { a: "3" } }) };
    expect(await failureOf(client.updateItem({ ...change, etag: first.etag }))).toMatchObject(stale);
    expect(await failureOf(client.deleteItem({ ...at, kind: "Rack", name: "r1", etag: first.etag }))).toMatchObject(
      stale,
    );
    const operations = [
      { operation: { case: "update", value: { document: change.document, etag: first.etag } } },
    ] as const;
    const batch = await detailOf(client.batchChangeItems({ ...at, operations: [...operations] }));
    expect(batch).toMatchObject({ reason: "ETAG_MISMATCH", fieldPath: "operations[0].update.etag" });
    const moved = { code: "Aborted", reason: "REVISION_MOVED" };
    expect(await failureOf(client.updateItem({ ...change, expectedRevision: 1n }))).toMatchObject(moved);
    expect((await declared(client, "Rack", "r1")).spec).toEqual({ labels: { a: "2" } });
    const { etag } = second;
    await client.deleteItem({ ...at, kind: "Rack", name: "r1", etag, expectedRevision: 3n });
    // Who deletes what somebody else deleted has what they want; who changes it has not.
    expect(await client.deleteItem({ ...at, kind: "Rack", name: "r1", etag })).toMatchObject({ changed: false });
    expect(await failureOf(client.updateItem({ ...change, etag, allowMissing: true }))).toMatchObject(stale);
  }));

test("a change that brings errors is refused and tells them; those that were there before are no reason", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const wrong = node(1, { host_profil: "base", addressing: "10.0.0.4", metadata: { rack: ["r1"] } });
    const refused = await detailOf(client.createItem({ ...at, document: wrong }));
    expect(refused).toMatchObject({ reason: "DESIGN_INVALID", location: { uri: "api:manual/Node/n001" } });
    expect(refused.rules).toEqual(expect.arrayContaining(["unknown-field", "wrong-type"]));
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(1n);
    const unknown = await detailOf(client.createItem({ ...at, document: { kind: "Nod", name: "x", spec: {} } }));
    expect(unknown).toMatchObject({ reason: "DESIGN_INVALID", rules: ["unknown-kind"] });
    const needed = await detailOf(client.deleteItem({ design: "lab", layer: "site", kind: "Network", name: "mgmt" }));
    expect(needed.reason).toBe("LAYER_OWNED");

    const forced = await client.createItem({ ...at, document: wrong, allowInvalid: true });
    expect(forced).toMatchObject({ changed: true, revision: { number: 2n, valid: false } });
    // Every place is a real one, of the text that the declaration is shown as.
    const { spec, location } = await declared(client, "Node", "n001");
    const text = declarationText({ kind: "Node", name: "n001", spec: spec as TreeMap }, location?.uri ?? "").text;
    const found = forced.diagnostics.find(({ rule }) => rule === "unknown-field");
    expect(text.split("\n")[(found?.location?.line ?? 0) - 1]?.slice((found?.location?.column ?? 0) - 1)).toBe(
      "host_profil: base",
    );
    // An error that only stands on another line now is none the change brings.
    const labels = { owner_data: { a: "1", b: "2" }, rack: ["r1"] };
    const better = { ...wrong, spec: { ...wrong.spec, host_profile: "base", metadata: labels } };
    const still = await client.updateItem({ ...at, document: better });
    expect(still).toMatchObject({ changed: true, revision: { valid: false } });
    const worse = { ...better, spec: { ...better.spec, hostnam: "x" } };
    expect((await detailOf(client.updateItem({ ...at, document: worse }))).rules).toEqual(["unknown-field"]);
    const mended = await client.updateItem({ ...at, document: node(1) });
    expect(mended.revision?.valid).toBe(true);
  }));

test("a design can be begun with any item, and what it lacks from the start is no error of the first", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const none = await client.deleteItem({ ...at, kind: "Rack", name: "r1" });
    expect(none).toMatchObject({ changed: false, diagnostics: [] });
    expect((await client.listLayers({ design: "lab" })).layers).toEqual([]);
    const first = await client.createItem({ ...at, document: rack("r1", {}) });
    expect(first).toMatchObject({ revision: { number: 1n, valid: false } });
    const site = { kind: "Site", name: "lab", spec: { domain: "lab.example" } };
    expect(await client.createItem({ ...at, document: site })).toMatchObject({ revision: { valid: true } });
    const gone = await detailOf(client.deleteItem({ ...at, kind: "Site", name: "lab" }));
    expect(gone.reason).toBe("DESIGN_INVALID");
  }));

test("what would be is answered without being done", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const tried = await client.createItem({ ...at, document: rack("r1", { labels: { a: "1" } }), validateOnly: true });
    expect(tried).toMatchObject({ changed: true, revision: { number: 2n, valid: true }, item: { name: "r1" } });
    expect(tried.etag).toMatch(/^[0-9a-f]{64}$/);
    const refused = client.createItem({ ...at, document: rack("r1", { label: {} }), validateOnly: true });
    expect((await detailOf(refused)).rules).toEqual(["unknown-field"]);
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(1n);
    expect((await client.listLayers({ design: "lab" })).layers.map(({ name }) => name)).toEqual(["site"]);
    const done = await client.createItem({ ...at, document: rack("r1", { labels: { a: "1" } }) });
    expect(done.etag).toBe(tried.etag);
  }));

test("a request that is repeated is answered as it was, and its id is for nothing else", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", smallSite(0));
    const requestId = "request-1";
    const oob = { oob: { credential: { literal: "canary-hunter2" } } };
    const request = { ...at, document: { kind: "Node", name: "x", spec: oob }, requestId, allowInvalid: true };
    const first = await client.createItem(request);
    await client.updateItem({ ...at, document: { kind: "Node", name: "x", spec: {} }, allowInvalid: true });
    expect(await client.createItem(request)).toEqual(first);
    const used = { code: "AlreadyExists", reason: "ALREADY_EXISTS" };
    expect(await failureOf(client.createItem({ ...request, message: "other" }))).toMatchObject(used);
    const update = client.updateItem({ ...at, document: request.document, requestId, allowInvalid: true });
    expect(await failureOf(update)).toMatchObject(used);
    expect(await failureOf(client.openChange({ design: "lab", layers: ["manual"], requestId }))).toMatchObject(used);
    const noop = { ...at, kind: "Node", name: "y", requestId: "request-2" };
    expect(await client.deleteItem(noop)).toMatchObject({ changed: false, revision: { number: 3n } });
    await client.createItem({ ...at, document: rack("r1", {}), allowInvalid: true });
    expect(await client.deleteItem(noop)).toMatchObject({ changed: false, revision: { number: 3n } });
    const rows = await database.db.execute("select row_to_json(c)::text as row from bedplate.change c");
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  }));

test("several items are changed in one revision, or none of them", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const racks = ["r1", "r2", "r3"].map((name) => ({
      operation: { case: "create" as const, value: rack(name, { labels: { a: name } }) },
    }));
    const made = await client.batchChangeItems({ ...at, operations: racks });
    expect(made.revision?.number).toBe(2n);
    expect(made.rawChanges.map(({ name, layer }) => `${layer}/${name}`)).toEqual([
      "manual/r1",
      "manual/r2",
      "manual/r3",
    ]);
    expect(made.effectiveChanges.map(({ name }) => name)).toEqual(["r1", "r2", "r3"]);
    const update = (name: string, spec: JsonObject) => ({
      operation: { case: "update" as const, value: { document: rack(name, spec), fields: ['labels["a"]'] } },
    });
    const removal = { operation: { case: "delete" as const, value: { kind: "Rack", name: "r3" } } };
    const wrong = { operation: { case: "create" as const, value: rack("r4", { label: "x" }) } };
    const refused = await detailOf(
      client.batchChangeItems({ ...at, operations: [update("r1", { labels: { a: "x" } }), removal, wrong] }),
    );
    expect(refused).toMatchObject({ reason: "DESIGN_INVALID", rules: ["unknown-field"] });
    const missing = await failureOf(client.batchChangeItems({ ...at, operations: [removal, update("r9", {})] }));
    expect(missing.code).toBe("NotFound");
    const twice = await detailOf(client.batchChangeItems({ ...at, operations: [removal, update("r1", {}), removal] }));
    expect(twice).toMatchObject({ reason: "INVALID_FIELD", fieldPath: "operations[2].delete" });
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(2n);
    const done = await client.batchChangeItems({
      ...at,
      operations: [removal, update("r1", {}), update("r2", { labels: { a: "z" } })],
    });
    expect(done.revision?.number).toBe(3n);
    expect((await declared(client, "Rack", "r1")).spec).toEqual({});
    expect((await declared(client, "Rack", "r2")).spec).toEqual({ labels: { a: "z" } });
    const { items } = await client.listItems({ design: "lab", kind: "Rack" });
    expect(items.map(({ name }) => name)).toEqual(["r1", "r2"]);
  }));

test("fields that can't be set are refused with the path that was meant", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    await client.createItem({ ...at, document: rack("r1", { labels: { a: "1" } }) });
    const update = (fields: string[], kind = "Rack") =>
      detailOf(client.updateItem({ ...at, document: { kind, name: "r1", spec: {} }, fields, allowMissing: true }));
    expect(await update(["label"])).toMatchObject({ reason: "INVALID_FIELD", hint: "did you mean labels?" });
    expect(await update(["labels["])).toMatchObject({ reason: "INVALID_FIELD", fieldPath: "fields" });
    expect(await update(["routes[0].subnet"], "Network")).toMatchObject({
      reason: "INVALID_FIELD",
      hint: "name routes itself",
    });
    expect(await update(["a"], "Nothing.example")).toMatchObject({ reason: "NOT_FOUND" });
  }));

test("a sealed secret is kept by a change of other fields, and may be sent back", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", smallSite(0));
    await client.putLayer({
      design: "lab",
      layer: { name: "manual", rank: 500, source: "api", allowSecretLiterals: true },
    });
    const oob = { type: "manual", account: "admin" };
    const spec = { ...node(1).spec, oob: { ...oob, credential: { literal: "canary-hunter2" } } };
    const slips = { ...spec, oob: { ...spec.oob, pasword: "canary-hunter2" } };
    const said = await client.createItem({ ...at, document: { ...node(1), spec: slips } }).catch((reason) => reason);
    expect(errorDetail(said)?.diagnostics.map(({ rule }) => rule)).toEqual(["unknown-field"]);
    expect(JSON.stringify([said.message, errorDetail(said)?.diagnostics, said.details])).not.toContain("hunter2");
    const created = await client.createItem({ ...at, document: { ...node(1), spec } });
    expect(created.diagnostics).toEqual([]);
    const before = (await declared(client, "Node", "n001")).spec as { oob: { credential: { ref: string } } };
    expect(before.oob.credential.ref).toMatch(/^sealed:/);
    const account = { ...node(1), spec: { oob: { account: "root" } } };
    await client.updateItem({ ...at, document: account, fields: ["oob.account"] });
    const after = (await declared(client, "Node", "n001")).spec;
    expect(after).toEqual({ ...before, oob: { ...before.oob, account: "root" } });
    const back = await client.updateItem({ ...at, document: { ...node(1), spec: before as JsonObject } });
    expect(back).toMatchObject({ changed: true, etag: created.etag, diagnostics: [] });
    const value = await client.unsealSecret({ design: "lab", ref: before.oob.credential.ref });
    expect(value.value).toBe("canary-hunter2");
    const foreign = { ...node(1), spec: { oob: { credential: { ref: `sealed:${"A".repeat(43)}` } } } };
    const refused = await detailOf(client.updateItem({ ...at, document: foreign, fields: ["oob.credential"] }));
    expect(refused.reason).toBe("INVALID_FIELD");
    const long = { ...node(1), spec: { oob: { credential: { literal: "x".repeat(5000) } } } };
    const tooLong = await detailOf(client.updateItem({ ...at, document: long, fields: ["oob.credential"] }));
    expect(tooLong.fieldPath).toBe("document.spec.oob.credential.literal");
    const rows = await database.db.execute("select row_to_json(d)::text as row from bedplate.document d");
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  }));

test("every value of an item is explained by a line of its declaration, or of what its caller says it was written in", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    await client.createItem({ ...at, document: rack("r1", { labels: { b: "1", a: "2" }, location: { row: "x" } }) });
    const { spec, location } = await declared(client, "Rack", "r1");
    const lines = declarationText({ kind: "Rack", name: "r1", spec: spec as TreeMap }, "").text.split("\n");
    for (const [path, line] of [
      ["labels", '    a: "2"'],
      ['labels["b"]', '    b: "1"'],
      ['location["row"]', "    row: x"],
    ] as const) {
      const { explanation } = await client.explain({ design: "lab", kind: "Rack", name: "r1", path });
      expect(explanation).toMatchObject({ layer: "manual", item: "Rack/r1", from: { uri: location?.uri } });
      expect(lines[(explanation?.from?.line ?? 0) - 1]).toBe(line);
    }
    const document = nodeDocument(1);
    await client.createItem({ ...at, document });
    const { explanation } = await client.explain({ design: "lab", kind: "Node", name: "n001", path: "host_profile" });
    expect(explanation?.from).toMatchObject({ uri: "site.yaml", line: 111, column: 3 });
    const ticket = { uri: "ticket-17", line: 0, column: 0 };
    await client.createItem({ ...at, document: { ...rack("r2", { labels: { a: "1" } }), location: ticket } });
    const told = await client.explain({ design: "lab", kind: "Rack", name: "r2", path: 'labels["a"]' });
    expect(told.explanation?.from).toMatchObject(ticket);
    // The file doesn't say any more what the declaration says.
    await client.updateItem({
      ...at,
      document: { ...document, spec: { metadata: { rack: "r1" } } },
      fields: ["metadata.rack"],
    });
    const changed = await client.explain({ design: "lab", kind: "Node", name: "n001", path: "host_profile" });
    expect(changed.explanation?.from).toMatchObject({ uri: "api:manual/Node/n001" });
  }));

test("single items are for layers of API clients", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const owned = { code: "FailedPrecondition", reason: "LAYER_OWNED" };
    const site = { design: "lab", layer: "site" };
    expect(await failureOf(client.createItem({ ...site, document: rack("r1", {}) }))).toMatchObject(owned);
    expect(await failureOf(client.updateItem({ ...site, document: node(0) }))).toMatchObject(owned);
    await client.putLayer({ design: "lab", layer: { name: "ipam", rank: 500, source: "netbox:main" } });
    const ipam = client.createItem({ design: "lab", layer: "ipam", document: rack("r1", {}) });
    expect(await failureOf(ipam)).toMatchObject(owned);
    await client.putLayer({ design: "lab", layer: { name: "site", rank: 400, source: "api" } });
    const document = { ...node(0), spec: { metadata: { owner_data: { a: "b" } } } };
    await client.updateItem({ ...site, document, fields: ['metadata.owner_data["a"]'] });
    const { item } = await client.getItem({ design: "lab", kind: "Node", name: "n000" });
    expect(item?.spec.value).toMatchObject({ metadata: { ownerData: { a: "b" } }, hostProfile: "base" });
  }));

test("of those who change the same thing at once one is first, and the others are told", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(0));
    const { etag } = await client.createItem({ ...at, document: rack("r1", {}) });
    const update = (row: string) =>
      client.updateItem({ ...at, document: rack("r1", { location: { row } }), fields: ["location"], etag });
    const ends = await Promise.allSettled(["a", "b", "c"].map(update));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = ends.flatMap((end) => (end.status === "rejected" ? [errorDetail(end.reason)?.reason] : []));
    expect(reasons).toEqual([ErrorReason.ETAG_MISMATCH, ErrorReason.ETAG_MISMATCH]);
    const again = { ...at, document: rack("r2", {}), requestId: "request-at-once" };
    const answers = await Promise.all([1, 2, 3].map(() => client.createItem(again)));
    expect(new Set(answers.map(({ revision, etag: digest }) => `${revision?.number} ${digest}`)).size).toBe(1);
    // Without an etag each sets its own field, and none is lost.
    const labels = ["a", "b", "c"].map((name) =>
      client.updateItem({ ...at, document: rack("r2", { labels: { [name]: name } }), fields: [`labels["${name}"]`] }),
    );
    await Promise.all(labels);
    expect((await declared(client, "Rack", "r2")).spec).toEqual({ labels: { a: "a", b: "b", c: "c" } });
    expect((await client.getDesign({ design: "lab" })).design?.revision).toBe(7n);
  }));
