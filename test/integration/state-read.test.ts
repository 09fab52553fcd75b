import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { withLastingDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, documentOf, nodeDocument, smallSite, stateClient, withState } from "../support/state-service.ts";

test("every revision can be read as it was", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    await commitTo(client, "site", [nodeDocument(0, { description: "second" })]);
    await commitTo(client, "site", [nodeDocument(2)], { deletions: [{ kind: "Node", name: "n001" }] });
    const namesAt = async (revision: bigint) =>
      (await client.listItems({ design: "lab", kind: "Node", revision })).items.map(({ name }) => name);
    expect(await namesAt(1n)).toEqual(["n000", "n001"]);
    expect(await namesAt(2n)).toEqual(["n000", "n001"]);
    expect(await namesAt(3n)).toEqual(["n000", "n002"]);
    expect(await namesAt(0n)).toEqual(["n000", "n002"]);
    const item = { design: "lab", kind: "Node", name: "n000" };
    expect((await client.getItem({ ...item, revision: 1n })).item?.spec.value?.description).toBeUndefined();
    expect((await client.getItem({ ...item, revision: 3n })).item).toMatchObject({
      fromRevision: 2n,
      spec: { value: { description: "second" } },
    });
    expect((await client.getRawItem({ ...item, revision: 1n })).items).toMatchObject([{ fromRevision: 1n }]);
    const revisions = (await client.listRevisions({ design: "lab" })).revisions.map(({ number }) => number);
    expect(revisions).toEqual([3n, 2n, 1n]);
    expect((await client.getRevision({ design: "lab", revision: 2n })).revision?.number).toBe(2n);
    expect((await client.getRevision({ design: "lab" })).revision?.number).toBe(3n);
  }));

test("an empty design reads as empty, and has no revision to read", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    expect((await client.listItems({ design: "lab" })).items).toEqual([]);
    expect((await client.listLayers({ design: "lab" })).layers).toEqual([]);
    expect((await client.listDiagnostics({ design: "lab" })).diagnostics).toEqual([]);
    expect(await failureOf(client.getRevision({ design: "lab" }))).toMatchObject({
      code: "NotFound",
      message: 'design "lab" has no revision yet',
    });
  }));

test("what is not there is answered with what it was perhaps meant to be", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const messageOf = async (call: Promise<unknown>) => {
      const { code, reason, message } = await failureOf(call);
      expect([code, reason]).toEqual(["NotFound", "NOT_FOUND"]);
      return message;
    };
    expect(await messageOf(client.getDesign({ design: "lap" }))).toContain('no design "lap"; did you mean "lab"?');
    expect(await messageOf(client.getItem({ design: "lab", kind: "Node", name: "n0O1" }))).toContain("did you mean");
    expect(await messageOf(client.getItem({ design: "lab", kind: "node", name: "n001" }))).toContain(
      'no kind "node" in revision 1 of design "lab"; did you mean "Node"?',
    );
    expect(await messageOf(client.listItems({ design: "lab", kind: "Nodes" }))).toContain('did you mean "Node"?');
    expect(await messageOf(client.listRawItems({ design: "lab", kind: "Nodes" }))).toContain('did you mean "Node"?');
    expect(await messageOf(client.getRawItem({ design: "lab", kind: "Rack", name: "r1" }))).toContain('no Rack "r1"');
    expect(await messageOf(client.listItems({ design: "lab", revision: 9n }))).toBe(
      'design "lab" has no revision 9; the newest is 1',
    );
    const explained = client.explain({ design: "lab", kind: "Node", name: "n001", path: "primary_netwerk" });
    expect(await messageOf(explained)).toContain("primary_netwerk");
    expect((await client.listItems({ design: "lab", kind: "Rack" })).items).toEqual([]);
  }));

test("pages follow one another without gaps or repeats, and stay in their revision while the design moves on", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(7));
    const names: string[] = [];
    let pageToken = "";
    do {
      const page = await client.listItems({ design: "lab", kind: "Node", pageSize: 3, pageToken });
      expect(page.revision).toBe(1n);
      names.push(...page.items.map(({ name }) => name));
      pageToken = page.nextPageToken;
      await commitTo(client, "site", [nodeDocument(50 + names.length)]);
    } while (pageToken !== "");
    expect(names).toEqual(["n000", "n001", "n002", "n003", "n004", "n005", "n006"]);
  }));

test("every list can be read page by page", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(3), documentOf("Node", "odd", { nonsense: 1, rubbish: 2 })]);
    await commitTo(client, "extra", [nodeDocument(1, { description: "x" })]);
    await client.createDesign({ design: "office" });
    const design = "lab";
    type Page = { pageSize: number; pageToken: string };
    const lists: Record<string, (page: Page) => Promise<{ rows: readonly unknown[]; nextPageToken: string }>> = {
      designs: async (page) => client.listDesigns(page).then((answer) => ({ rows: answer.designs, ...answer })),
      items: async (page) =>
        client.listItems({ design, ...page }).then((answer) => ({ rows: answer.items, ...answer })),
      raw: async (page) =>
        client.listRawItems({ design, ...page }).then((answer) => ({ rows: answer.items, ...answer })),
      digests: async (page) =>
        client
          .listDocumentDigests({ design, layer: "site", ...page })
          .then((answer) => ({ rows: answer.digests, ...answer })),
      revisions: async (page) =>
        client.listRevisions({ design, ...page }).then((answer) => ({ rows: answer.revisions, ...answer })),
      diagnostics: async (page) =>
        client.listDiagnostics({ design, ...page }).then((answer) => ({ rows: answer.diagnostics, ...answer })),
      status: async (page) =>
        client.listNodeStatus({ design, ...page }).then((answer) => ({ rows: answer.statuses, ...answer })),
    };
    for (const [name, list] of Object.entries(lists)) {
      const whole = await list({ pageSize: 0, pageToken: "" });
      expect(whole.nextPageToken, name).toBe("");
      expect(whole.rows.length, name).toBeGreaterThan(1);
      const rows: unknown[] = [];
      let pageToken = "";
      do {
        const page = await list({ pageSize: 1, pageToken });
        expect(page.rows, name).toHaveLength(1);
        rows.push(...page.rows);
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      expect(rows, name).toEqual(whole.rows);
    }
  }));

test("a page token of another list, or made up, is refused", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const { nextPageToken } = await client.listItems({ design: "lab", kind: "Node", pageSize: 1 });
    const refused = { code: "InvalidArgument", reason: "INVALID_FIELD" };
    const made = Buffer.from('["x","1","Node","n000"]').toString("base64url");
    for (const pageToken of [nextPageToken.slice(0, -4), "AAAA", "%%", made]) {
      expect(await failureOf(client.listItems({ design: "lab", kind: "Node", pageToken }))).toMatchObject(refused);
    }
    expect(await failureOf(client.listItems({ design: "lab", pageToken: nextPageToken }))).toMatchObject(refused);
    expect(await failureOf(client.listRawItems({ design: "lab", pageToken: nextPageToken }))).toMatchObject(refused);
  }));

test("an answer that would be too large for one message is cut into more pages", () =>
  withState(async (client) => {
    const params = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p${index}`, "x".repeat(1000)]));
    const large = (index: number) => nodeDocument(index, { platform: { kernel_params: params } as JsonObject });
    await commitTo(client, "site", smallSite(0));
    for (const start of [0, 40]) {
      const documents = Array.from({ length: 40 }, (_, index) => large(start + index));
      await commitTo(client, "site", documents);
    }
    const first = await client.listItems({ design: "lab", kind: "Node", pageSize: 1000 });
    expect(first.nextPageToken).not.toBe("");
    const rest = await client.listItems({
      ...{ design: "lab", kind: "Node", pageSize: 1000 },
      pageToken: first.nextPageToken,
    });
    expect(rest.nextPageToken).toBe("");
    expect(first.items.length + rest.items.length).toBe(80);
  }));

test("a field mask leaves the fields it names, and a field no kind has is refused", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const node = { design: "lab", kind: "Node", name: "n000" };
    const { item } = await client.getItem({ ...node, fields: ["fqdn"] });
    expect(item?.spec.value).toMatchObject({ fqdn: "n000.lab.example", interfaces: [] });
    expect(item?.spec.value).not.toHaveProperty("hostProfile");
    const { items } = await client.listItems({ design: "lab", fields: ["cidr", "fqdn"] });
    expect(items.find(({ kind }) => kind === "Network")?.spec.value).toMatchObject({ cidr: "10.0.0.0/16" });
    expect(await failureOf(client.getItem({ ...node, fields: ["fqnd"] }))).toMatchObject({
      code: "InvalidArgument",
      message: 'Node has no field "fqnd"; did you mean fqdn?',
    });
  }));

test("declarations read as their layers gave them, lowest rank first, unknown fields and removals included", () =>
  withState(async (client) => {
    const spec = { host_profile: "base", nonsense: { a: [1, null] }, interfaces: [{ name: "!pxe" }] };
    await commitTo(client, "zeta", smallSite(0));
    await commitTo(client, "zeta", [documentOf("Node", "n1", spec, 12)]);
    await commitTo(client, "hardware", [documentOf("Node", "n1", { boot_mac: "52:54:00:00:00:01" }, 3, "hw.yaml")]);
    const { items } = await client.getRawItem({ design: "lab", kind: "Node", name: "n1" });
    expect(items).toMatchObject([
      { layer: "hardware", spec: { boot_mac: "52:54:00:00:00:01" }, location: { uri: "hw.yaml", line: 3 } },
      { layer: "zeta", spec, fromRevision: 2n },
    ]);
    const { digests } = await client.listDocumentDigests({ design: "lab", layer: "hardware" });
    expect(digests).toMatchObject([{ kind: "Node", name: "n1", digest: items[0]?.digest }]);
  }));

test("explain names the place that supplied a value, what it overrode, and the rule that computed it", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(30));
    await commitTo(client, "site", [nodeDocument(4, { hardware_profile: "box" })]);
    const explain = async (path: string, revision = 0n) =>
      (await client.explain({ design: "lab", kind: "Node", name: "n004", path, revision })).explanation;
    expect(await explain("hardware_profile")).toMatchObject({
      path: "hardware_profile",
      value: { kind: { case: "stringValue", value: "box" } },
      from: { uri: "site.yaml", line: 143 },
      item: "Node/n004",
      layer: "site",
      overrode: [{ item: "HostProfile/base", from: { line: 42 } }],
    });
    expect(await explain("hardware_profile", 1n)).toMatchObject({ item: "HostProfile/base", overrode: [] });
    expect(await explain("fqdn")).toMatchObject({
      rule: expect.stringContaining("fqdn"),
      value: { kind: { value: "n004.lab.example" } },
      steps: [
        { message: "the name is n004", location: { line: 140 } },
        { message: "the primary network is mgmt", location: { line: 41 } },
        { message: "domain of Site/lab is lab.example", location: { line: 2 } },
      ],
    });
    const malformed = client.explain({ design: "lab", kind: "Node", name: "n004", path: "interfaces[" });
    expect(await failureOf(malformed)).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
  }));

test("explain reads everything a computed value was made from: the networks of a route domain", () =>
  withState(async (client) => {
    const networks = [
      documentOf("Network", "a", { cidr: "10.1.0.0/16", route_domain: "d" }, 200),
      documentOf("Network", "b", { cidr: "10.2.0.0/16", routes: [{ route_domain: "d", gateway: "10.2.0.1" }] }, 210),
    ];
    await commitTo(client, "site", [...smallSite(1), ...networks]);
    const asked = { design: "lab", kind: "Network", name: "b", path: "routes[1].subnet" };
    expect((await client.explain(asked)).explanation).toMatchObject({
      value: { kind: { value: "10.1.0.0/16" } },
      rule: "computed-route",
      steps: [
        {},
        { location: { line: 202 } },
        { message: "cidr of Network/a is 10.1.0.0/16", location: { line: 201 } },
      ],
    });
    await commitTo(client, "site", [documentOf("Network", "c", { cidr: "10.3.0.0/16", route_domain: "d" }, 220)]);
    const { item } = await client.getItem({ design: "lab", kind: "Network", name: "b" });
    expect(item?.spec).toMatchObject({ case: "network", value: { routes: [{}, {}, { subnet: "10.3.0.0/16" }] } });
  }));

test("text that no database keeps is refused where it stands", () =>
  withState(async (client) => {
    const document = documentOf("Rack", "r1", { description: "zero\0" });
    expect(await failureOf(commitTo(client, "site", [document]))).toMatchObject({
      code: "InvalidArgument",
      message: expect.stringContaining("documents[0].spec.description"),
    });
    await client.createDesign({ design: "lab" });
    expect(await failureOf(client.getItem({ design: "lab", kind: "No\0de", name: "n1" }))).toMatchObject({
      code: "InvalidArgument",
    });
  }));

test("everything is there again after a restart", () =>
  withLastingDatabase(async (open) => {
    const first = await open();
    const before = stateClient(first);
    await commitTo(before, "site", smallSite(2));
    await commitTo(before, "site", [nodeDocument(1, { description: "second" })]);
    const items = await before.listItems({ design: "lab" });
    const { changeId } = await before.openChange({ design: "lab", layers: ["site"], requestId: "over the restart" });
    await before.putDocuments({ changeId, layer: "site", documents: [nodeDocument(2)] });
    await first.close();
    const second = await open();
    const after = stateClient(second);
    expect(await after.listItems({ design: "lab" })).toEqual(items);
    expect((await after.commit({ changeId })).revision).toMatchObject({ number: 3n, valid: true });
    await second.close();
  }));
