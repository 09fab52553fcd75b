import type { JsonObject } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { HistoricChange, ListItemHistoryRequest } from "../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind } from "../../gen/bedplate/design/v1/revision_pb.js";
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

type Asked = Partial<Omit<ListItemHistoryRequest, "$typeName" | "$unknown">>;

/** The history of an item, page after page. */
async function historyOf(client: StateClient, request: Asked): Promise<readonly HistoricChange[]> {
  const found: HistoricChange[] = [];
  let pageToken = "";
  do {
    const page = await client.listItemHistory({ design, kind: "Node", name: "n000", ...request, pageToken });
    found.push(...page.changes);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

const words = {
  [ChangeKind.UNSPECIFIED]: "?",
  [ChangeKind.ADDED]: "+",
  [ChangeKind.CHANGED]: "~",
  [ChangeKind.DELETED]: "-",
};

/** A change as one line: its revision, how, and what differs. */
function lineOf({ revision, change, differences }: HistoricChange): string {
  const told = differences.map(({ layer, path, before, after }) => {
    const value = (text: string) => (text.length > 40 ? "…" : text || "-");
    return `${layer}${layer && ":"}${path} ${value(before)}->${value(after)}`;
  });
  return `${revision}${words[change]} ${told.join(", ")}`;
}

const linesOf = async (client: StateClient, request: Asked) => (await historyOf(client, request)).map(lineOf);

/** A node and its profile over seven revisions; the node comes, goes and comes again. */
async function lived(client: StateClient): Promise<void> {
  const profile = (spec: JsonObject) => documentOf("HostProfile", "base", { hardware_profile: "box", ...spec }, 40);
  const site = smallSite(1).filter(({ kind }) => kind !== "HostProfile");
  await commitTo(client, "site", [...site, profile({ platform: { image: "noble" } })], { message: "first" });
  await commitTo(client, "site", [nodeDocument(0, { description: "second" })], { message: "second" });
  await commitTo(client, "site", [profile({ platform: { image: "jammy" } })], { message: "another image" });
  await commitTo(client, "formation", [documentOf("Node", "n000", { description: "third" })], { message: "override" });
  await commitTo(client, "site", [nodeDocument(7)], { message: "of others" });
  await commitTo(client, "site", [], { deletions: [{ kind: "Node", name: "n000" }] });
  await commitTo(client, "formation", [], { deletions: [{ kind: "Node", name: "n000" }], message: "gone" });
  await commitTo(client, "site", [nodeDocument(0)], { message: "again" });
  await client.tagRevision({ design, revision: 3n, tag: "v1" });
}

test("an item's history tells every revision that changed it, newest first: who, when, why and what", () =>
  withState(async (client) => {
    await lived(client);
    // The formation's description is overridden until the site's declaration is gone.
    expect(await linesOf(client, {})).toEqual([
      "8+  -->…",
      "7-  …->-",
      expect.stringMatching(/^6~ .*platform .*, description "second"->"third", /),
      '3~ platform.image "noble"->"jammy"',
      '2~ description -->"second"',
      "1+  -->…",
    ]);
    const [newest, , , third] = await historyOf(client, {});
    expect(newest).toMatchObject({ author: "tester", message: "again", tags: [] });
    expect(third).toMatchObject({ author: "tester", message: "another image", tags: ["v1"] });
    const { revision } = await client.getRevision({ design, revision: 3n });
    expect(third?.createdAt).toEqual(revision?.createdAt);
  }));

test("declarations have a history of their own, layer by layer", () =>
  withState(async (client) => {
    await lived(client);
    expect(await linesOf(client, { raw: true })).toEqual([
      "8+ site: -->…",
      '7- formation: {"description":"third"}->-',
      "6~ site: …->-",
      '4~ formation: -->{"description":"third"}',
      '2~ site:description -->"second"',
      "1+ site: -->…",
    ]);
    expect(await linesOf(client, { raw: true, path: "description" })).toEqual([
      '7- formation:description "third"->-',
      '6- site:description "second"->-',
      '4+ formation:description -->"third"',
      '2+ site:description -->"second"',
    ]);
  }));

test("a field's history has only what changed the field", () =>
  withState(async (client) => {
    await lived(client);
    const image = [
      '8+ platform.image -->"jammy"',
      '6- platform.image "jammy"->-',
      '3~ platform.image "noble"->"jammy"',
      '1+ platform.image -->"noble"',
    ];
    expect(await linesOf(client, { path: "platform.image" })).toEqual(image);
    expect(await linesOf(client, { path: 'platform["image"]' })).toEqual(image);
    const platform = await historyOf(client, { path: "platform" });
    expect(platform.map(({ revision, change }) => [revision, change])).toEqual([
      [8n, ChangeKind.ADDED],
      [6n, ChangeKind.DELETED],
      [3n, ChangeKind.CHANGED],
      [1n, ChangeKind.ADDED],
    ]);
    expect(platform[2]?.differences).toMatchObject([{ path: "platform.image" }]);
    expect(await linesOf(client, { path: "dns_servers" })).toEqual([]);
  }));

test("members of keyed lists, removals and unknown fields are followed", () =>
  withState(async (client) => {
    const put = (spec: JsonObject) => commitTo(client, "site", [documentOf("HostProfile", "h", spec)]);
    await put({ interfaces: [{ name: "bond0", networks: ["a"] }], metadata: { tags: ["x"] } });
    await put({ interfaces: [{ name: "pxe" }, { name: "bond0", networks: ["a", "b"] }], odd: 1 });
    await put({ interfaces: ["!bond0"], odd: { deep: "x" } });
    await put({ interfaces: [{ name: "bond0" }], metadata: "!" });
    const of = (path: string, raw = true) => linesOf(client, { kind: "HostProfile", name: "h", raw, path });
    expect(await of('interfaces["bond0"].networks')).toEqual([
      '4- site:interfaces["bond0"].networks "!"->-',
      '3~ site:interfaces["bond0"].networks ["a","b"]->"!"',
      '2~ site:interfaces["bond0"].networks["b"] -->"b"',
      '1+ site:interfaces["bond0"].networks -->["a"]',
    ]);
    expect(await of('metadata.tags["x"]')).toEqual([
      '4+ site:metadata.tags["x"] -->"!"',
      '2- site:metadata.tags["x"] "x"->-',
      '1+ site:metadata.tags["x"] -->"x"',
    ]);
    expect(await of("odd.deep")).toEqual(['4- site:odd.deep "x"->-', '3+ site:odd.deep -->"x"']);
    expect(await of('interfaces["bond0"]', false)).toEqual([
      '4+ interfaces["bond0"] -->{"name":"bond0"}',
      '3- interfaces["bond0"] {"name":"bond0","networks":["a","b"]}->-',
      '2~ interfaces["bond0"].networks["b"] -->"b"',
      '1+ interfaces["bond0"] -->{"name":"bond0","networks":["a"]}',
    ]);
  }));

test("items of custom kinds have a history, over a schema that changed and after the kind is gone", () =>
  withState(async (client) => {
    const kind = "Firewall.acme.example";
    const declare = (properties: JsonObject) =>
      documentOf("CustomKind", kind, { json_schema: { type: "object", properties }, merge_keys: { rules: "name" } });
    const rules = {
      type: "array",
      items: { type: "object", properties: { name: { type: "string" }, port: { type: "integer" } } },
    };
    await commitTo(client, "site", [
      declare({ rules, old: { type: "string" } }),
      documentOf(kind, "edge", { rules: [{ name: "ssh", port: 22 }], old: "x" }),
    ]);
    await commitTo(client, "site", [
      declare({ rules }),
      documentOf(kind, "edge", { rules: [{ name: "ssh", port: 2222 }] }),
    ]);
    const edge = { kind, name: "edge" };
    const port = ['2~ rules["ssh"].port 22->2222', '1+ rules["ssh"].port -->22'];
    expect(await linesOf(client, { ...edge, path: 'rules["ssh"].port' })).toEqual(port);
    expect(await linesOf(client, { ...edge, path: "old" })).toEqual(['2- old "x"->-', '1+ old -->"x"']);
    await commitTo(client, "site", [], { deletions: [{ kind: "CustomKind", name: kind }, edge] });
    expect(await linesOf(client, { ...edge, path: 'rules["ssh"].port' })).toEqual([
      '3- rules["ssh"].port 2222->-',
      ...port,
    ]);
  }));

test("a secret's history shows when it changed, and not what it was", () =>
  withState(async (client) => {
    for (const literal of ["swordfish-one", "swordfish-two", "swordfish-two"]) {
      const spec = { oob: { credential: { literal } }, description: literal.length === 13 ? "d" : "e" };
      await commitTo(client, "site", [nodeDocument(0, spec)]);
    }
    for (const raw of [false, true]) {
      const lines = await linesOf(client, { raw, path: "oob.credential" });
      expect(lines.map((line) => line.slice(0, 2))).toEqual(["2~", "1+"]);
      expect(
        JSON.stringify(await historyOf(client, { raw }), (_, each) => (typeof each === "bigint" ? "" : each)),
      ).not.toMatch(/swordfish|sealed:/);
    }
  }));

test("pages of a history follow one another while the design moves on", () =>
  withState(async (client) => {
    await lived(client);
    for (const raw of [false, true]) {
      const whole = await linesOf(client, { raw });
      const lines: string[] = [];
      let pageToken = "";
      let round = 0;
      do {
        const page = await client.listItemHistory({ design, kind: "Node", name: "n000", raw, pageSize: 2, pageToken });
        lines.push(...page.changes.map(lineOf));
        pageToken = page.nextPageToken;
        await commitTo(client, "site", [nodeDocument(0, { description: `${raw} ${round++}` })]);
      } while (pageToken !== "");
      expect(lines).toEqual(whole);
    }
  }));

test("a field that seldom changed is found in a long history, a bounded part of it at a time", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", [nodeDocument(0, { description: "first", metadata: { rack: "r1" } })]);
    // Thousands of revisions as commits would leave them: each has another rack, the fourth another description too.
    await database.db.execute(sql`
      insert into bedplate.revision
        (design, number, valid, author, message, layers, error_count, warning_count, counters, resolver_version)
      select design, n, valid, author, message, layers, error_count, warning_count, counters, resolver_version
      from bedplate.revision, generate_series(2, 5000) n where design = ${design} and number = 1`);
    await database.db.execute(sql`
      update bedplate.effective_item set to_revision = 2 where design = ${design} and from_revision = 1 and kind = 'Node'`);
    await database.db.execute(sql`
      insert into bedplate.effective_item
        (design, kind, name, from_revision, to_revision, digest, tree, inputs, resolver_version)
      select design, kind, name, n, nullif(n + 1, 5001), digest || n,
        tree || jsonb_build_object('metadata', jsonb_build_object('rack', 'r' || n))
          || case when n < 4 then '{}'::jsonb else '{"description": "second"}'::jsonb end,
        inputs, resolver_version
      from bedplate.effective_item, generate_series(2, 5000) n where design = ${design} and kind = 'Node'`);
    await database.db.execute(sql`update bedplate.design set revision = 5000 where name = ${design}`);
    const pages: string[][] = [];
    let pageToken = "";
    do {
      const page = await client.listItemHistory({ design, kind: "Node", name: "n000", path: "description", pageToken });
      pages.push(page.changes.map(lineOf));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(pages).toEqual([[], [], ['4~ description "first"->"second"', '1+ description -->"first"']]);
    const whole = await historyOf(client, { pageSize: 1000 });
    expect(whole.map(({ revision }) => Number(revision))).toEqual(Array.from({ length: 5000 }, (_, at) => 5000 - at));
  }));

test("what has no history is refused", () =>
  withState(async (client) => {
    await lived(client);
    const refused = (request: Asked) =>
      failureOf(client.listItemHistory({ design, kind: "Node", name: "n000", ...request }));
    expect(await refused({ path: "platform..image" })).toMatchObject({ code: "InvalidArgument" });
    expect(await refused({ path: "platfrom.image" })).toMatchObject({
      code: "NotFound",
      message: expect.stringContaining("platfrom"),
    });
    expect(await refused({ name: "n0OO" })).toMatchObject({ code: "NotFound" });
    expect(await refused({ kind: "Noode" })).toMatchObject({
      code: "NotFound",
      message: expect.stringContaining('"Node"'),
    });
    expect(await refused({ design: "lap" })).toMatchObject({ code: "NotFound" });
  }));

test("an item's history is the differences of neighbours, whatever happened", () =>
  withState(async (client) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), fc.integer({ min: 1, max: 3 }), async (steps, raw, pageSize) => {
        const own = `random${++number}`;
        await live(client, own, steps);
        const head = (await client.getDesign({ design: own })).design?.revision ?? 0n;
        const wanted = new Map<string, string[]>();
        for (let to = 1n; to <= head; to++) {
          const asked = { design: own, fromRevision: to - 1n, toRevision: to, effective: !raw, pageSize: 1000 };
          for (const { kind, name, layer, path } of (await client.diffRevisions(asked)).differences) {
            const lines = wanted.get(`${kind}/${name}`) ?? [];
            lines.push(`${to} ${layer} ${path}`);
            wanted.set(`${kind}/${name}`, lines);
          }
        }
        for (const [key, lines] of wanted) {
          const [kind = "", name = ""] = key.split("/");
          const changes = await historyOf(client, { design: own, kind, name, raw, pageSize });
          const found = changes
            .toReversed()
            .flatMap(({ revision, differences }) =>
              differences.map(({ layer, path }) => `${revision} ${layer} ${path}`),
            );
          expect(found).toEqual(lines);
        }
      }),
      { numRuns: 15 },
    );
  }));
