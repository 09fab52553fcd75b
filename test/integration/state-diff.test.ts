import { expect, test } from "vitest";
import type { DiffRevisionsRequest, FieldDifference } from "../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind } from "../../gen/bedplate/design/v1/revision_pb.js";
import { builtInKinds } from "../../src/design/built-in-kinds.ts";
import { diffItems } from "../../src/design/diff.ts";
import { effectiveItemFromMessage } from "../../src/design/from-message.ts";
import type { TreeMap } from "../../src/design/tree.ts";
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

type Asked = Partial<Omit<DiffRevisionsRequest, "$typeName" | "$unknown">>;

/** All differences, page after page. */
async function allDifferences(client: StateClient, request: Asked): Promise<readonly FieldDifference[]> {
  const found: FieldDifference[] = [];
  let pageToken = "";
  do {
    const page = await client.diffRevisions({ design, ...request, pageToken });
    found.push(...page.differences);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

/** A difference as one line. */
function lineOf({ kind, name, layer, path, before, after }: FieldDifference): string {
  return `${layer}${layer === "" ? "" : ": "}${kind}/${name} ${path}: ${before || "-"} -> ${after || "-"}`;
}

const linesOf = async (client: StateClient, request: Asked) => (await allDifferences(client, request)).map(lineOf);

test("two revisions differ field by field, in what layers declare and in what results", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    await commitTo(client, "formation", [documentOf("Node", "n001", { description: "the second" })]);
    const profile = { primary_network: "mgmt", hardware_profile: "box", platform: { image: "jammy" } };
    await commitTo(client, "site", [documentOf("HostProfile", "base", profile, 40)], {
      deletions: [{ kind: "Node", name: "n002" }],
    });
    expect(await linesOf(client, { fromRevision: 1n })).toEqual([
      'site: HostProfile/base interfaces: [{"name":"pxe","slaves":["nic1"],"networks":["mgmt"],"device_link":"access"}] -> -',
      'site: HostProfile/base storage: {"layout":"flat"} -> -',
      'site: HostProfile/base platform.image: "noble" -> "jammy"',
      'formation: Node/n001 : - -> {"description":"the second"}',
      expect.stringMatching(/^site: Node\/n002 : \{.*"host_profile":"base".*\} -> -$/),
    ]);
    const effective = await allDifferences(client, { fromRevision: 1n, effective: true });
    expect(effective.filter(({ path }) => path !== "interfaces" && path !== "storage").map(lineOf)).toEqual([
      'HostProfile/base platform.image: "noble" -> "jammy"',
      'Node/n000 platform.image: "noble" -> "jammy"',
      'Node/n001 platform.image: "noble" -> "jammy"',
      'Node/n001 description: - -> "the second"',
      expect.stringMatching(/^Node\/n002 : \{.*\} -> -$/),
    ]);
    const changes = new Map(effective.map(({ kind, name, path, change }) => [`${kind}/${name} ${path}`, change]));
    expect(changes.get("Node/n001 platform.image")).toBe(ChangeKind.CHANGED);
    expect(changes.get("Node/n001 description")).toBe(ChangeKind.ADDED);
    expect(changes.get("Node/n002 ")).toBe(ChangeKind.DELETED);
    expect(await client.diffRevisions({ design, fromRevision: 1n })).toMatchObject({ toRevision: 3n });
    expect(await linesOf(client, { fromRevision: 2n, toRevision: 2n })).toEqual([]);
  }));

test("what changed and changed back, and what only moved, is no difference", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    await commitTo(client, "site", [nodeDocument(0, { description: "once" }), nodeDocument(7)]);
    await commitTo(client, "site", [nodeDocument(0)], { deletions: [{ kind: "Node", name: "n007" }] });
    const [kind = "", name = "", spec = {}] = Object.values(nodeDocument(1)) as [string, string, object];
    await commitTo(client, "site", [documentOf(kind, name, { ...spec }, 4711)]);
    const { revisions } = await client.listRevisions({ design });
    expect(revisions.map(({ counters }) => counters?.documentsChanged)).toEqual([1, 2, 2, 7]);
    for (const effective of [false, true]) {
      expect(await linesOf(client, { fromRevision: 1n, effective })).toEqual([]);
      expect(await linesOf(client, { fromRevision: 3n, effective })).toEqual([]);
      expect(await linesOf(client, { fromRevision: 1n, toRevision: 2n, effective })).toHaveLength(2);
    }
  }));

test("the way back says the opposite, and an empty design differs by everything", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    await commitTo(client, "site", [nodeDocument(0, { description: "x" })]);
    expect(await linesOf(client, { fromRevision: 2n, toRevision: 1n })).toEqual([
      'site: Node/n000 description: "x" -> -',
    ]);
    const all = await allDifferences(client, { toRevision: 1n, effective: true });
    expect(all.map(({ kind, name, path, change }) => [kind, name, path, change])).toEqual(
      (await client.listItems({ design, revision: 1n })).items.map(({ kind, name }) => [
        kind,
        name,
        "",
        ChangeKind.ADDED,
      ]),
    );
    expect(await linesOf(client, { toRevision: 0n, kind: "Site" })).toEqual([
      'site: Site/lab : - -> {"domain":"lab.example"}',
    ]);
  }));

test("each side's value tells where it came from", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const networks = [{ subnet: "0.0.0.0/0", gateway: "10.0.0.1" }];
    await commitTo(client, "site", [
      documentOf("Network", "mgmt", { cidr: "10.0.0.0/16", routes: networks, dns: { domain: "new.example" } }, 20),
      documentOf("HostProfile", "base", { hardware_profile: "box", platform: { image: "jammy" } }, 60, "other.yaml"),
    ]);
    await commitTo(client, "formation", [nodeDocument(0, { primary_network: "mgmt" })]);
    const asked = { fromRevision: 1n, kind: "Node", name: "n000", provenance: true };
    const effective = await allDifferences(client, { ...asked, effective: true });
    const at = (path: string) => effective.find((each) => each.path === path);
    expect(at("fqdn")).toMatchObject({
      before: '"n000.lab.example"',
      after: '"n000.new.example"',
      beforeOrigin: { rule: "computed-fqdn", item: "Node/n000" },
      afterOrigin: { rule: "computed-fqdn", item: "Node/n000" },
    });
    expect(at("platform.image")).toMatchObject({
      beforeOrigin: { location: { uri: "site.yaml", line: 43 }, item: "HostProfile/base", layer: "site", rule: "" },
      afterOrigin: { location: { uri: "other.yaml", line: 62 }, item: "HostProfile/base", layer: "site" },
    });
    expect(at("storage")).toMatchObject({ beforeOrigin: { item: "HostProfile/base" }, after: "" });
    expect(at("storage")?.afterOrigin).toBeUndefined();
    const [raw] = await allDifferences(client, asked);
    expect(raw).toMatchObject({
      path: "",
      layer: "formation",
      afterOrigin: { location: { line: 100 }, layer: "formation" },
    });
    expect(raw?.beforeOrigin).toBeUndefined();
    const [image] = await allDifferences(client, { ...asked, kind: "HostProfile", name: "base" }).then((all) =>
      all.filter(({ path }) => path === "platform.image"),
    );
    expect(image).toMatchObject({
      beforeOrigin: { location: { uri: "site.yaml", line: 43 }, item: "HostProfile/base", layer: "site" },
      afterOrigin: { location: { uri: "other.yaml", line: 62 } },
    });
    const without = await allDifferences(client, { ...asked, provenance: false, effective: true });
    expect(without.every(({ beforeOrigin, afterOrigin }) => !beforeOrigin && !afterOrigin)).toBe(true);
  }));

test("a secret that changed says so and nothing else", () =>
  withState(async (client) => {
    const withSecret = (literal: string) => nodeDocument(0, { oob: { credential: { literal } } });
    await commitTo(client, "site", [...smallSite(0), withSecret("swordfish-one")]);
    await commitTo(client, "site", [withSecret("swordfish-two")]);
    await commitTo(client, "site", [withSecret("swordfish-two"), nodeDocument(1)]);
    for (const effective of [false, true]) {
      const changed = await allDifferences(client, { fromRevision: 1n, toRevision: 2n, effective, provenance: true });
      expect(changed).toMatchObject([
        { name: "n000", before: '"<secret>"', after: '"<secret>"', change: ChangeKind.CHANGED },
      ]);
      expect(await linesOf(client, { fromRevision: 2n, effective, name: "n000", kind: "Node" })).toEqual([]);
      const whole = JSON.stringify(await linesOf(client, { effective }));
      expect(whole).toContain("<secret>");
      expect(whole).not.toMatch(/swordfish|sealed:/);
    }
  }));

test("only the items asked for are compared, and what can't be asked is refused", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    await commitTo(client, "site", [
      nodeDocument(0, { description: "x" }),
      nodeDocument(1, { description: "y" }),
      documentOf("Rack", "r1", {}),
    ]);
    expect(await linesOf(client, { fromRevision: 1n, kind: "Rack" })).toEqual(["site: Rack/r1 : - -> {}"]);
    expect(await linesOf(client, { fromRevision: 1n, kind: "Node", name: "n001" })).toEqual([
      'site: Node/n001 description: - -> "y"',
    ]);
    expect(await linesOf(client, { fromRevision: 1n, kind: "Network" })).toEqual([]);
    const refused = (request: Asked) => failureOf(client.diffRevisions({ design, fromRevision: 1n, ...request }));
    expect(await refused({ kind: "Noode" })).toMatchObject({
      code: "NotFound",
      message: expect.stringContaining('"Node"'),
    });
    expect(await refused({ name: "n001" })).toMatchObject({ code: "InvalidArgument" });
    expect(await refused({ fromRevision: 9n })).toMatchObject({ code: "NotFound" });
    expect(await refused({ toRevision: 9n })).toMatchObject({ code: "NotFound" });
    expect(await refused({ design: "lap" })).toMatchObject({ code: "NotFound" });
    const { nextPageToken } = await client.diffRevisions({ design, fromRevision: 1n, pageSize: 1 });
    expect(await refused({ pageToken: nextPageToken, effective: true })).toMatchObject({ code: "InvalidArgument" });
  }));

test("pages follow one another through one comparison while the design moves on", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(6));
    const changed = Array.from({ length: 6 }, (_, index) =>
      nodeDocument(index, { description: "d", metadata: { tags: ["a"], rack: "r" }, primary_network: "mgmt" }),
    );
    await commitTo(client, "site", changed);
    for (const effective of [false, true]) {
      const head = (await client.getDesign({ design })).design?.revision ?? 0n;
      const whole = await linesOf(client, { fromRevision: 1n, toRevision: head, effective });
      expect(whole.length).toBeGreaterThan(12);
      const lines: string[] = [];
      let pageToken = "";
      do {
        const page = await client.diffRevisions({ design, fromRevision: 1n, effective, pageSize: 2, pageToken });
        expect([page.toRevision, page.differences.length <= 2]).toEqual([head, true]);
        lines.push(...page.differences.map(lineOf));
        pageToken = page.nextPageToken;
        await commitTo(client, "site", [nodeDocument(20 + lines.length)]);
      } while (pageToken !== "");
      expect(lines).toEqual(whole);
    }
  }));

test("large values are cut, and pages of them end before a message is too large", () =>
  withState(async (client) => {
    const long = (index: number, letter: string) =>
      documentOf("BootAction", `b${index}`, {
        assets: [{ path: "/tmp/x", type: "file", data: letter.repeat(200_000), permissions: "600" }],
      });
    const all = (letter: string) => Array.from({ length: 12 }, (_, index) => long(index, letter));
    await commitTo(client, "site", all("a"));
    await commitTo(client, "site", all("b"));
    const page = await client.diffRevisions({ design, fromRevision: 1n, pageSize: 1000 });
    expect(page.differences[0]?.before).toHaveLength(65_536);
    expect(await allDifferences(client, { fromRevision: 1n })).toHaveLength(12);
    expect(await allDifferences(client, { fromRevision: 0n, effective: true, pageSize: 5 })).toHaveLength(12);
  }));

test("any two revisions of any history differ as their items do", () =>
  withState(async (client) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 4 }), async (steps, pageSize) => {
        const lived = `random${++number}`;
        await live(client, lived, steps);
        const head = Number((await client.getDesign({ design: lived })).design?.revision ?? 0n);
        const effective = await Promise.all(
          Array.from({ length: head + 1 }, (_, at) => itemsAt(client, lived, BigInt(at))),
        );
        for (let from = 0; from <= head; from++) {
          for (let to = 1; to <= head; to++) {
            const asked = { design: lived, fromRevision: BigInt(from), toRevision: BigInt(to), pageSize };
            const found = await allDifferences(client, { ...asked, effective: true });
            expect(found.map(({ kind, name, path }) => `${kind}/${name} ${path}`)).toEqual(
              expected(effective[from] ?? new Map(), effective[to] ?? new Map()),
            );
            const back = await allDifferences(client, {
              ...asked,
              fromRevision: asked.toRevision,
              toRevision: asked.fromRevision,
              effective: true,
            });
            if (from > 0)
              expect(back.map(({ before, after }) => [after, before]).sort()).toEqual(
                found.map(({ before, after }) => [before, after]).sort(),
              );
          }
        }
      }),
      { numRuns: 12 },
    );
  }));

async function itemsAt(client: StateClient, lived: string, revision: bigint): Promise<ReadonlyMap<string, TreeMap>> {
  if (revision === 0n) return new Map();
  const { items } = await client.listItems({ design: lived, revision, pageSize: 1000 });
  return new Map(items.map((item) => [`${item.kind}/${item.name}`, effectiveItemFromMessage(item).tree]));
}

/** The paths at which two sets of items differ, by comparing all of them. */
function expected(before: ReadonlyMap<string, TreeMap>, after: ReadonlyMap<string, TreeMap>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const schema = builtInKinds().get(key.slice(0, key.indexOf("/")));
    if (schema === undefined) throw new Error(`no kind ${key}`);
    return diffItems(schema, before.get(key), after.get(key)).map(({ path }) => `${key} ${path}`);
  });
}
