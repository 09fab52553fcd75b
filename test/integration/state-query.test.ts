import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { errorDetail } from "../../src/mesh/failure.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  commitTo,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

const design = "lab";
const KIND = "Thing.acme.example";

/** Nodes in two racks, some with labels and tags. */
const nodes = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    nodeDocument(index, {
      metadata: {
        rack: index % 2 === 0 ? "r01" : "r02",
        ...(index % 3 === 0 && { tags: ["gpu"] }),
        owner_data: { use: index < 2 ? "control" : "storage", nr: String(index) },
      },
    }),
  );

/** Things whose field `size` is of any type. */
const thing = (name: string, spec: Record<string, never> | object) =>
  documentOf(KIND, name, JSON.parse(JSON.stringify(spec)), 2000);
const kindOfThings = documentOf("CustomKind", KIND, {
  json_schema: { type: "object", properties: { size: {}, note: { type: "string" }, password: { type: "string" } } },
  secrets: ["password"],
});

type Asked = Parameters<StateClient["listItems"]>[0];
async function namesOf(client: StateClient, asked: Asked): Promise<string[]> {
  const { items, nextPageToken } = await client.listItems({ design, pageSize: 1000, ...asked });
  expect(nextPageToken).toBe("");
  return items.map(({ name }) => name);
}

async function detailOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`expected a ConnectError: ${error}`);
  return { code: Code[error.code], message: error.rawMessage, detail: errorDetail(error) };
}

test("items are chosen by what they are, say and carry; what has no answer is not met", () =>
  withState(async (client) => {
    const labelled = documentOf("Rack", "r01", { labels: { use: "control", row: "b" } }, 3000);
    await commitTo(client, "site", [...smallSite(0), ...nodes(6), labelled]);
    const chosen = (filter: string, kind = "") => namesOf(client, { filter, kind });
    expect(await chosen('rack == "r02"')).toEqual(["n001", "n003", "n005"]);
    expect(await chosen('labels.use == "control" && rack == "r01"')).toEqual(["n000"]);
    expect(await chosen('labels.use == "control"')).toEqual(["n000", "n001", "r01"]);
    expect(await chosen('"b" == labels["row"]')).toEqual(["r01"]);
    expect(await namesOf(client, { filter: "has(labels.use)", orderBy: "labels.row, labels.nr desc" })).toEqual([
      ...["r01", "n005", "n004", "n003", "n002", "n001", "n000"],
    ]);
    expect(await chosen('"gpu" in tags')).toEqual(["n000", "n003"]);
    expect(await chosen('kind == "Network" || name == "box"')).toEqual(["box", "mgmt"]);
    expect(await chosen('spec.fqdn.startsWith("n004.")')).toEqual(["n004"]);
    expect(await chosen('spec.interfaces.exists(i, i.name == "pxe") && !("gpu" in tags)', "Node")).toHaveLength(4);
    expect(await chosen('spec.metadata.nonsense == "x"')).toEqual([]);
    expect(await chosen('!(spec.metadata.nonsense == "x")')).toEqual([]);
    expect(await chosen("rack == null", "Node")).toEqual([]);
    expect(await chosen("rack == null && kind == 'Site'")).toEqual(["lab"]);
    expect(await chosen('kind == "Nodes"')).toEqual([]);
    expect(await failureOf(chosen('name == "x"', "Nodes"))).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    expect(await chosen('name == "x"', "BootAction")).toEqual([]);
  }));

test("a filter that can't be read is refused with the place and the next step", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const refused = (filter: string, kind = "") => detailOf(client.listItems({ design, filter, kind }));
    expect(await refused('rack == "r1" &&')).toMatchObject({
      code: "InvalidArgument",
      detail: { fieldPath: "filter", location: { uri: "filter", line: 1 }, hint: expect.stringContaining("write CEL") },
    });
    expect(await refused('kind == "Node" &&\n  rak == "r1"')).toMatchObject({
      message: "filter can't be read at line 2, column 3: there is no variable rak; did you mean rack?",
      detail: { location: { line: 2, column: 3 } },
    });
    expect(await refused('spec.platfrom.image == "x"', "Node")).toMatchObject({
      message: expect.stringContaining("spec has no field platfrom; did you mean platform?"),
    });
    for (const filter of ['"Node"', "name", "[true]", "3", "labels"]) {
      expect((await refused(filter)).message, filter).toContain("expected what is true or false");
    }
    expect(await refused('name.matches("n[0")')).toMatchObject({
      message: expect.stringMatching(/^filter can't be read at line 1, column 14: "n\[0" is no pattern: /),
    });
    expect(await namesOf(client, { filter: 'name.matches("^n0+$")' })).toEqual(["n000"]);
    expect((await refused('lookup("Node", "n000") == null')).message).toContain("there is no function lookup");
    expect((await refused('layer == "site"')).message).toContain("there is no variable layer");
    const count = await detailOf(client.countItems({ design, groupBy: ["kind", "rak"] }));
    expect(count.detail?.fieldPath).toBe("group_by[1]");
  }));

test("what a call may evaluate is bounded over all items", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(80));
    const digits = "[0,1,2,3,4,5,6,7,8]";
    const loops = ["a", "b", "c", "d", "e"].reduce((inner, name) => `${digits}.all(${name}, ${inner})`, "name != ''");
    expect(await detailOf(client.listItems({ design, filter: loops }))).toMatchObject({
      code: "ResourceExhausted",
      message: "the expressions of the call take more than 5000000 steps",
      detail: { fieldPath: "filter", hint: expect.stringContaining("narrows first") },
    });
    const narrowed = await namesOf(client, { filter: `name == "n007" && !(${loops})` });
    expect(narrowed).toEqual([]);
    // Values that hold each other many times over are much to compare, though they were made in few steps.
    const wide = Array.from({ length: 12 }).reduce<string>((inner) => `[${inner}].map(x, [x,x,x,x,x,x,x,x])`, "spec");
    const tooMuch = { code: "ResourceExhausted", message: "an expression takes more than 100000 steps for one item" };
    const refused = await failureOf(client.listItems({ design, filter: `${wide} == ${wide}`, kind: "Network" }));
    expect(refused).toMatchObject(tooMuch);
    // An item that takes too long to look at is not one that doesn't meet the filter.
    const long = `name == "n007" && ${digits}.all(f, ${loops})`;
    expect(await failureOf(client.listItems({ design, filter: long }))).toMatchObject(tooMuch);
    expect(await failureOf(client.countItems({ design, filter: 'name == "n007"', groupBy: [long] }))).toMatchObject(
      tooMuch,
    );
  }));

test("secrets are hidden from filters and orders, alike or not", () =>
  withState(async (client) => {
    const secret = (literal: string) => ({ password: { literal } });
    await commitTo(client, "site", [
      ...smallSite(0),
      kindOfThings,
      thing("a", secret("hunter2")),
      thing("b", secret("other")),
      thing("c", secret("hunter2")),
      thing("d", {}),
    ]);
    const chosen = (filter: string) => namesOf(client, { kind: KIND, filter });
    expect(await chosen('spec.password == "hunter2"')).toEqual([]);
    expect(await chosen('spec.password.literal == "hunter2"')).toEqual([]);
    expect(await chosen("has(spec.password)")).toEqual(["a", "b", "c"]);
    const counts = await client.countItems({
      design,
      kind: KIND,
      groupBy: ["string(spec.password).contains('hunter2')"],
    });
    expect(counts.counts.map(({ values }) => values)).not.toContainEqual(["true"]);
    const raw = await client.listRawItems({ design, kind: KIND, filter: 'string(spec.password) == "hunter2"' });
    expect(raw.items).toEqual([]);
  }));

test("old revisions are filtered as they were, and nothing is known of the state of their nodes", () =>
  withState(async (client) => {
    await client.createDesign({ design });
    expect(await namesOf(client, { filter: 'kind == "Node"' })).toEqual([]);
    expect(await client.countItems({ design, groupBy: ["kind"] })).toMatchObject({
      counts: [],
      total: 0n,
      revision: 0n,
    });
    await commitTo(client, "site", [...smallSite(0), ...nodes(4)]);
    await commitTo(client, "site", [nodeDocument(1, { metadata: { rack: "r01" } })], {
      deletions: [{ kind: "Node", name: "n003" }],
    });
    const inRack = (revision: bigint) => namesOf(client, { revision, filter: 'rack == "r02"' });
    expect(await inRack(1n)).toEqual(["n001", "n003"]);
    expect(await inRack(2n)).toEqual([]);
    expect(await inRack(0n)).toEqual([]);
    const { revision: made } = await client.getRevision({ design, revision: 1n });
    if (made?.createdAt === undefined) throw new Error("a revision without a moment");
    const at = made.createdAt;
    expect(await namesOf(client, { at, filter: 'rack == "r02"' })).toEqual(["n001", "n003"]);
    expect((await client.countItems({ design, at, kind: "Node" })).total).toBe(4n);
    const raw = await client.listRawItems({
      design,
      at,
      kind: "Node",
      filter: 'rack == "r02"',
      fields: ["metadata.rack"],
    });
    expect(raw.items.map(({ name, spec }) => [name, spec])).toEqual([
      ["n001", { metadata: { rack: "r02" } }],
      ["n003", { metadata: { rack: "r02" } }],
    ]);
    expect(await namesOf(client, { kind: "Node", revision: 2n, filter: "status.phase == 'UNSPECIFIED'" })).toHaveLength(
      3,
    );
    expect(await namesOf(client, { kind: "Node", revision: 1n, filter: "status == {}" })).toHaveLength(4);
    expect(await namesOf(client, { kind: "Node", revision: 1n, filter: "has(status.phase)" })).toEqual([]);
    expect(await namesOf(client, { kind: "Node", revision: 1n, filter: "!design_changed" })).toEqual([]);
    expect(await namesOf(client, { kind: "Site", filter: "status == {} && !has(status.phase)" })).toEqual(["lab"]);
  }));

test("items come in the order of several fields, mixed types in a fixed one, those without the field last", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), kindOfThings, ...nodes(5)]);
    const ordered = (orderBy: string, kind: string) => namesOf(client, { orderBy, kind });
    expect(await ordered("spec.metadata.rack, name desc", "Node")).toEqual(["n004", "n002", "n000", "n003", "n001"]);
    expect(await ordered('rack desc , labels["nr"] DESC', "Node")).toEqual(["n003", "n001", "n004", "n002", "n000"]);
    expect(await ordered('spec.interfaces["pxe"].device_link, spec.metadata.owner_data["nr"] desc', "Node")).toEqual([
      "n004",
      "n003",
      "n002",
      "n001",
      "n000",
    ]);
    const sizes = {
      t: true,
      f: false,
      two: 2,
      ten: 10,
      text: "10",
      astral: "\u{1F600}",
      private: "\uFFFD",
      list: [1],
      none: null,
    };
    const things = Object.entries(sizes).map(([name, size]) => thing(name, { size }));
    await commitTo(client, "site", [...things, thing("absent", {})]);
    const rising = ["f", "t", "two", "ten", "text", "private", "astral", "list"];
    expect(await ordered("spec.size", KIND)).toEqual([...rising, "absent", "none"]);
    expect(await ordered("spec.size desc", KIND)).toEqual([...rising.toReversed(), "absent", "none"]);
    const refused = async (orderBy: string) =>
      (await detailOf(client.listItems({ design, kind: "Node", orderBy }))).message;
    expect(await refused("metadata.rack")).toContain("did you mean spec.metadata.rack?");
    expect(await refused("nam")).toContain("did you mean name?");
    expect(await refused("spec.metadata.rac")).toContain("did you mean metadata.rack?");
    expect(await refused("status.phas")).toContain("did you mean status.phase?");
    expect(await refused("name,")).toContain("is no field path");
    expect(await refused("name.x")).toContain("has no parts");
    expect(await refused("name, name, name, name, name")).toContain("at most 4");
  }));

test("pages of a filtered and ordered list follow one another whatever their sizes, while the design moves on", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), ...nodes(23)]);
    const long = "x".repeat(250);
    await commitTo(client, "site", [
      nodeDocument(3, { description: `${long}1` }),
      nodeDocument(4, { description: `${long}0` }),
    ]);
    for (const orderBy of [
      "",
      "spec.metadata.rack desc, spec.metadata.owner_data.nr",
      "spec.description",
      "labels.use",
    ]) {
      const asked = { design, kind: "Node", filter: "!(name in ['n005'])", orderBy };
      const whole = (await client.listItems({ ...asked, pageSize: 1000 })).items.map(({ name }) => name);
      expect(whole).toHaveLength(22);
      const names: string[] = [];
      let pageToken = "";
      for (const pageSize of [1, 3, 2, 7, 1, 1000]) {
        const page = await client.listItems({ ...asked, pageSize, pageToken });
        names.push(...page.items.map(({ name }) => name));
        pageToken = page.nextPageToken;
        await commitTo(client, "site", [nodeDocument(100 + names.length, { metadata: { rack: "r00" } })]);
      }
      expect(pageToken).toBe("");
      expect(names, orderBy).toEqual(whole);
      await commitTo(client, "site", [], {
        deletions: [101, 104, 106, 113, 114, 122].map((index) => ({ kind: "Node", name: `n${index}` })),
      });
    }
    const { nextPageToken } = await client.listItems({ design, kind: "Node", orderBy: "rack", pageSize: 1 });
    const other = { design, kind: "Node", pageSize: 1, pageToken: nextPageToken };
    expect(await failureOf(client.listItems({ ...other, orderBy: "name" }))).toMatchObject({ code: "InvalidArgument" });
    expect(await failureOf(client.listItems({ ...other, orderBy: "rack", filter: "true" }))).toMatchObject({
      code: "InvalidArgument",
    });
    const [print, revision, ...after] = JSON.parse(Buffer.from(nextPageToken, "base64url").toString("utf8"));
    for (const values of ["[", "{}", '[{"a":1}]', "[[1]]"]) {
      const forged = JSON.stringify([print, revision, ...after.slice(0, -1), values]);
      const pageToken = Buffer.from(forged).toString("base64url");
      expect(await failureOf(client.listItems({ ...other, orderBy: "rack", pageToken }))).toMatchObject({
        code: "InvalidArgument",
      });
    }
  }));

test("fields name parts of specifications, members by their key, which stays with them", () =>
  withState(async (client) => {
    await commitTo(client, "site", [
      ...smallSite(0),
      ...nodes(1),
      kindOfThings,
      thing("a.b", { size: { deep: [1, { x: 2 }] } }),
    ]);
    const node = { design, kind: "Node", name: "n000" };
    const fields = ['interfaces["pxe"].networks', "metadata.owner_data.use", "fqdn", 'interfaces["nope"].device_link'];
    const { item } = await client.getItem({ ...node, fields });
    expect(item?.spec.value).toMatchObject({
      fqdn: "n000.lab.example",
      interfaces: [{ name: "pxe", networks: ["mgmt"] }],
      metadata: { ownerData: { use: "control" }, tags: [] },
    });
    expect(item?.spec.value).not.toHaveProperty("hostProfile");
    expect(item?.spec.value).not.toHaveProperty("interfaces.0.deviceLink");
    const things = await client.listItems({ design, kind: KIND, fields: ["size.deep[1].x", "size.other"] });
    expect(things.items.map(({ name, spec }) => [name, spec.value])).toEqual([["a.b", { size: { deep: [{ x: 2 }] } }]]);
    const all = await client.listItems({ design, fields: ["cidr"], pageSize: 1000 });
    expect(all.items.find(({ name }) => name === "mgmt")?.spec.value).toMatchObject({ cidr: "10.0.0.0/16" });
    const refused = async (path: string) => detailOf(client.getItem({ ...node, fields: ["fqdn", path] }));
    expect(await refused('interfaces["pxe"].device_lnk')).toMatchObject({
      code: "InvalidArgument",
      message: expect.stringContaining('did you mean interfaces["pxe"].device_link?'),
      detail: { fieldPath: "fields[1]" },
    });
    expect((await refused("interfaces[")).detail?.hint).toContain('interfaces["bond0"].mtu');
    expect((await detailOf(client.listItems({ design, fields: ["cidrr"] }))).message).toContain("did you mean cidr?");
  }));

test("items are counted in groups of equal values, the largest first", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(0), ...nodes(7), kindOfThings, thing("n1.x", { size: 2 })]);
    const counted = async (groupBy: readonly string[], filter = "", kind = "Node") => {
      const { counts, total } = await client.countItems({ design, kind, filter, groupBy: [...groupBy] });
      return [...counts.map(({ values, count }) => [...values, Number(count)]), Number(total)];
    };
    expect(await counted([])).toEqual([[7], 7]);
    expect(await counted(["rack"])).toEqual([['"r01"', 4], ['"r02"', 3], 7]);
    expect(await counted(["rack", "labels.use"], '"gpu" in tags')).toEqual([
      ...[
        ['"r01"', '"control"', 1],
        ['"r01"', '"storage"', 1],
        ['"r02"', '"storage"', 1],
      ],
      3,
    ]);
    expect(await counted(["int(labels.nr) % 3"])).toEqual([["0", 3], ["1", 2], ["2", 2], 7]);
    expect(await counted(["kind", "rack"], "name.startsWith('n') || kind == 'Site'", "")).toEqual([
      ...[
        ['"Node"', '"r01"', 4],
        ['"Node"', '"r02"', 3],
        ['"Site"', "null", 1],
        [`"${KIND}"`, "null", 1],
      ],
      9,
    ]);
    expect(await counted(["spec.size", "tags"], "", KIND)).toEqual([["2", "[]", 1], 1]);
    expect(await counted(["rack"], "false")).toEqual([0]);
    expect(await counted([], "false")).toEqual([0]);
    expect(await failureOf(client.countItems({ design, kind: "Nodes" }))).toMatchObject({ code: "NotFound" });
    expect(await failureOf(client.countItems({ design, groupBy: ["[spec, spec, spec, spec, spec]"] }))).toMatchObject({
      code: "ResourceExhausted",
    });
  }));
