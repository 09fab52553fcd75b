import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { Database } from "../../src/db/database.ts";
import { evaluationState, itemTrace } from "../../src/db/schema.ts";
import { compareWithWhole } from "../support/compare-with-whole.ts";
import {
  type CommitOptions,
  commitTo,
  type DocumentInit,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

/** Commits to layer "design", and compares what is stored with an evaluation of the whole. Gives how many items were resolved for it. */
async function commitAndCompare(
  client: StateClient,
  database: Database,
  documents: readonly DocumentInit[],
  options: CommitOptions & { readonly layer?: string } = {},
): Promise<number> {
  await commitTo(client, options.layer ?? "design", documents, options);
  const { head } = await compareWithWhole(database, options.design ?? "lab");
  return head?.counters.itemsResolved ?? 0;
}

/** A text that doesn't compress, of so many letters. */
function noise(length: number, seed = 7): string {
  let [text, state] = ["", seed];
  while (text.length < length) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

const network = (name: string, third: number, spec: JsonObject = {}, line = 1) =>
  documentOf("Network", name, { cidr: `10.${third}.0.0/24`, vlan: 100 + third, ...spec }, line, `${name}.yaml`);

for (const [title, domain] of [
  ["of many letters", noise(230)],
  ["of other letters and spaces", "Zürich Ost — 東京"],
  ["too long for an index", noise(9000)],
] as const) {
  test(`a network that comes into a route domain with a name ${title} gets routes and gives them`, async () => {
    await withState(async (client, database) => {
      const routes = [{ route_domain: domain, gateway: "10.1.0.1", metric: 10 }];
      await commitAndCompare(client, database, [
        ...smallSite(3),
        network("a", 1, { route_domain: domain, routes }),
        network("b", 2, { route_domain: domain }),
      ]);
      const resolved = await commitAndCompare(client, database, [network("c", 3, { route_domain: domain })]);
      expect(resolved).toBeLessThan(5);
      await commitAndCompare(client, database, [network("a", 1, { route_domain: domain, routes, mtu: 1400 })]);
      await commitAndCompare(client, database, [network("b", 4, { route_domain: domain })]);
      await commitAndCompare(client, database, [network("x", 7)], { deletions: [{ kind: "Network", name: "b" }] });
    });
  });
}

test("a reference to a name of thousands of letters is an error like any other", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(3));
    await commitAndCompare(client, database, [
      nodeDocument(1, { host_profile: noise(5000), primary_network: noise(6000, 9) }),
    ]);
    await commitAndCompare(client, database, [
      nodeDocument(1, { addressing: [{ network: noise(5000), address: "10.0.0.1" }] }),
    ]);
    await commitAndCompare(client, database, [
      nodeDocument(1, { metadata: { rack: noise(5000), tags: [noise(5000)] } }),
    ]);
    await commitAndCompare(client, database, [nodeDocument(1, { host_profile: "a\u0001b" })]);
    await commitAndCompare(client, database, [nodeDocument(1)]);
  });
});

test("a rule of the design may look up names of thousands of letters", async () => {
  await withState(async (client, database) => {
    const rule = documentOf("Rule", "odd-look", {
      ...{ kinds: ["Node"], message: "odd", severity: "warning" },
      check: `lookup("Node", "${noise(3000)}") == null`,
    });
    await commitAndCompare(client, database, [...smallSite(3), rule]);
    await commitAndCompare(client, database, [nodeDocument(1, { metadata: { tags: ["x"] } })]);
  });
});

test("what a consumer found in the very words of the engine is told once more", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, [...smallSite(1), nodeDocument(1, { colour: "red" })]);
    const { diagnostics } = await client.listDiagnostics({ design: "lab" });
    const found = diagnostics.find(({ rule }) => rule === "unknown-field");
    if (found === undefined) throw new Error(diagnostics.map(({ rule, message }) => `${rule} ${message}`).join("\n"));
    await commitAndCompare(client, database, [nodeDocument(1, { colour: "red" })], { diagnostics: [found] });
    await commitAndCompare(client, database, [nodeDocument(1, { colour: "blue" })], { diagnostics: [found] });
    await commitAndCompare(client, database, [nodeDocument(2, { metadata: { tags: ["a"] } })]);
    await commitAndCompare(client, database, [nodeDocument(1, { colour: "red" })]);
  });
});

test("findings that look alike are told as one", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(3));
    const spec = { host_profile: "base" };
    const bare = (more: JsonObject): DocumentInit => ({
      ...documentOf("Node", "n001", { ...spec, ...more }),
      source: { line: 1, column: 1 },
    });
    const long = noise(4000);
    await commitAndCompare(client, database, [bare({ "a\u0001": 1, "a\u0002": 2 })]);
    await commitAndCompare(client, database, [bare({ [`${long}a`]: 1, [`${long}b`]: 2 })]);
    await commitAndCompare(client, database, [bare({ host_profile: `${long}a`, primary_network: `${long}b` })]);
    await commitAndCompare(client, database, [bare({ metadata: { tags: [`${long}a`, `${long}b`] } })]);
    await commitAndCompare(client, database, [
      bare({
        addressing: [
          { network: "mgmt", address: `${long}a` },
          { network: "mgmt", address: `${long}b` },
        ],
      }),
    ]);
    await commitAndCompare(client, database, [bare({ kernel_params: { a: `${long} a`, b: `${long} b` } })]);
    await commitAndCompare(client, database, [bare({})]);
  });
});

test("two designs with the same names have nothing of each other", async () => {
  await withState(async (client, database) => {
    for (const design of ["lab", "other"]) {
      await commitAndCompare(client, database, [...smallSite(4), network("b", 2, { route_domain: "d" })], { design });
    }
    const address = { addressing: [{ network: "mgmt", address: "10.0.0.10" }] };
    await commitAndCompare(client, database, [nodeDocument(1, address)], { design: "lab" });
    await compareWithWhole(database, "other");
    await commitAndCompare(client, database, [nodeDocument(2, address)], { design: "other" });
    await compareWithWhole(database, "lab");
    await commitAndCompare(
      client,
      database,
      [network("c", 3, { route_domain: "d", routes: [{ route_domain: "d", gateway: "10.3.0.1", metric: 5 }] })],
      { design: "other" },
    );
    await compareWithWhole(database, "lab");
    await commitAndCompare(client, database, [nodeDocument(5)], {
      design: "other",
      deletions: [{ kind: "HostProfile", name: "base" }],
    });
    await compareWithWhole(database, "lab");
  });
});

test("layers that own fields, have one rank or hold no secrets say the same of a slice", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(4));
    await commitAndCompare(client, database, [documentOf("Node", "n001", { metadata: { tags: ["a"] } })], {
      layer: "formation",
    });
    await commitAndCompare(client, database, [documentOf("Node", "n002", { metadata: { tags: ["b"] } })], {
      layer: "site-a",
    });
    for (const name of ["formation", "site-a"]) {
      const owns = name === "formation" ? [{ kind: "Node", fields: ["addressing", "boot_mac"] }] : [];
      await client.putLayer({ design: "lab", layer: { name, rank: 500, role: LayerRole.FORMATION, owns } });
      await compareWithWhole(database, "lab");
    }
    for (const layer of ["formation", "site-a"]) {
      await commitAndCompare(
        client,
        database,
        [
          documentOf("Node", "n003", {
            boot_mac: layer === "formation" ? "52:54:00:00:00:01" : "52:54:00:00:00:02",
            metadata: { tags: [layer], rack: "r1" },
          }),
        ],
        { layer },
      );
    }
    await commitAndCompare(
      client,
      database,
      [
        documentOf("Node", "n003", {
          oob: { type: "ipmi", password: "hunter2", account: "root" },
          metadata: { tags: ["site-a"] },
        }),
      ],
      { layer: "site-a" },
    );
    await commitAndCompare(client, database, [documentOf("Node", "n003", {})], { layer: "site-a" });
  });
});

test("what a consumer found is told once, whatever is in it", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(1));
    const found = { rule: "yaml-note", severity: Severity.WARNING, message: "a\u0007b", kind: "Node", name: "n001" };
    await commitAndCompare(client, database, [nodeDocument(1)], { diagnostics: [found] });
    await commitAndCompare(client, database, [nodeDocument(2)], { diagnostics: [{ ...found, kind: "", name: "" }] });
    await commitAndCompare(client, database, [nodeDocument(3)]);
  });
});

test("a document of a kind nobody knows is found when it comes, and goes with it", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(2));
    await commitAndCompare(client, database, [documentOf("Nodd", "x", { host_profile: "base" })]);
    await commitAndCompare(client, database, [nodeDocument(1)], { deletions: [{ kind: "Nodd", name: "x" }] });
  });
});

test("an item of a custom kind may refer to names of thousands of letters", async () => {
  await withState(async (client, database) => {
    const properties = { zone: { type: "string" }, parent: { type: "string" } };
    const kind = documentOf("CustomKind", "Firewall.acme.example", {
      ...{ description: "x", references: { zone: "Network" }, parent: "parent" },
      json_schema: { type: "object", properties },
    });
    const wall = (spec: JsonObject) => documentOf("Firewall.acme.example", "fw", spec, 5, "fw.yaml");
    await commitAndCompare(client, database, [...smallSite(2), kind]);
    await commitAndCompare(client, database, [wall({ zone: noise(4000) })]);
    await commitAndCompare(client, database, [wall({ parent: noise(4000) })]);
    await commitAndCompare(client, database, [wall({ zone: "mgmt" })]);
    const rule = documentOf("Rule", "odd-look", {
      ...{ kinds: ["Node"], message: "odd", severity: "warning" },
      check: 'lookup("Node", "a\\u0000b") == null && lookup("N\\u0000de", "x") == null',
    });
    await commitAndCompare(client, database, [rule]);
    await commitAndCompare(client, database, [nodeDocument(1, { metadata: { tags: ["x"] } })]);
  });
});

test("a layer that is replaced by nothing, and by what another layer had, leaves what the whole would", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(4));
    const own = [nodeDocument(1), nodeDocument(2), network("b", 2, { route_domain: "d" })];
    await commitAndCompare(client, database, own, { layer: "formation" });
    const mode = CommitMode.REPLACE_LAYER;
    await commitAndCompare(client, database, own.slice(0, 1), { layer: "formation", mode });
    const { changeId } = await client.openChange({ design: "lab", layers: ["formation"], requestId: randomUUID() });
    await client.commit({ changeId, mode });
    await compareWithWhole(database, "lab");
    await commitAndCompare(client, database, [nodeDocument(3)], { layer: "formation" });
    await commitAndCompare(client, database, [nodeDocument(0)], { deletions: [{ kind: "Node", name: "n003" }] });
    await commitAndCompare(client, database, smallSite(2), { mode });
    await commitAndCompare(client, database, [nodeDocument(1)], { layer: "formation", mode });
  });
});

test("the last nodes go with a layer that is replaced, whatever else the change deletes", async () => {
  await withState(async (client, database) => {
    const action = documentOf("BootAction", "greet", { nodes: { tags: ["edge"] } }, 90);
    await commitAndCompare(client, database, [...smallSite(0), action]);
    await commitAndCompare(client, database, [nodeDocument(1), nodeDocument(2)], { layer: "formation" });
    const deletions = [{ kind: "Node", name: "n001" }];
    const racks = [documentOf("Rack", "r1", {})];
    await commitAndCompare(client, database, racks, { layer: "formation", mode: CommitMode.REPLACE_LAYER, deletions });
  });
});

test("traces of another version are made anew", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(3));
    await database.db.update(evaluationState).set({ resolverVersion: "1.0" });
    await database.db.delete(itemTrace);
    expect(await commitAndCompare(client, database, [nodeDocument(1, { metadata: { tags: ["a"] } })])).toBeGreaterThan(
      5,
    );
    expect(await commitAndCompare(client, database, [nodeDocument(1, { metadata: { tags: ["b"] } })])).toBe(1);
  });
});

test("where a rule of the design meets its bound, it is the whole that says at which item", async () => {
  await withState(async (client, database) => {
    const check = "spec.metadata.tags.all(a, spec.metadata.tags.all(b, a != '' || b != ''))";
    const rule = documentOf("Rule", "loops", { kinds: ["Node"], message: "no", severity: "warning", check });
    await commitAndCompare(client, database, [...smallSite(90), rule]);
    const tags = Array.from({ length: 250 }, (_, index) => `t${index}`);
    const many = { metadata: { tags } };
    // The last node comes first, the others with their profile.
    const profile = documentOf(
      "HostProfile",
      "base",
      { primary_network: "mgmt", hardware_profile: "box", ...many },
      40,
    );
    await commitAndCompare(client, database, [nodeDocument(89, many), profile]);
  });
});

test("slices go on from what was evaluated whole: a layer set, a kind declared, a revision restored", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, [...smallSite(4), network("b", 2)]);
    const nodes = (tag: string) => [nodeDocument(1, { metadata: { tags: [tag] } })];
    await commitAndCompare(client, database, nodes("a"), { layer: "formation" });
    await client.putLayer({ design: "lab", layer: { name: "formation", rank: 5, role: LayerRole.FORMATION } });
    await compareWithWhole(database, "lab");
    expect(await commitAndCompare(client, database, nodes("b"), { layer: "formation" })).toBeLessThan(3);
    const schema = JSON.stringify({
      ...{ type: "object", required: ["zone"] },
      properties: { zone: { type: "string" }, parent: { type: "string" } },
    });
    const customKind = {
      kind: "Firewall.acme.example",
      jsonSchema: schema,
      references: { zone: "Network" },
      parent: "parent",
    };
    await client.putCustomKind({ design: "lab", customKind });
    await compareWithWhole(database, "lab");
    const wall = (name: string, spec: JsonObject) => documentOf("Firewall.acme.example", name, spec, 5, `${name}.yaml`);
    expect(await commitAndCompare(client, database, [wall("top", {})])).toBeLessThan(3);
    expect(await commitAndCompare(client, database, [wall("leaf", { parent: "top", zone: "b" })])).toBeLessThan(4);
    expect(
      await commitAndCompare(client, database, [nodeDocument(5)], { deletions: [{ kind: "Network", name: "b" }] }),
    ).toBeLessThan(5);
    await commitAndCompare(client, database, [nodeDocument(5)], {
      deletions: [{ kind: "Firewall.acme.example", name: "leaf" }],
    });
    await client.restoreRevision({ design: "lab", revision: 3n });
    await compareWithWhole(database, "lab");
    expect(await commitAndCompare(client, database, nodes("c"), { layer: "formation" })).toBeLessThan(3);
  });
});

test("a change that is only tried leaves nothing behind", async () => {
  await withState(async (client, database) => {
    await commitAndCompare(client, database, smallSite(4));
    const { changeId } = await client.openChange({ design: "lab", layers: ["design"], requestId: randomUUID() });
    await client.putDocuments({
      changeId,
      layer: "design",
      documents: [nodeDocument(1, { colour: "red" }), nodeDocument(7)],
    });
    await client.commit({ changeId, validateOnly: true });
    const { head } = await compareWithWhole(database, "lab");
    expect(head?.number).toBe(1n);
    await client.commit({ changeId });
    await compareWithWhole(database, "lab");
  });
});

test("a change of places alone moves findings and nothing else", async () => {
  await withState(async (client, database) => {
    const mac = { host_profile: "base", boot_mac: "52:54:00:00:00:01" };
    const twice = (one: number, other: number, uri = "nodes.yaml") => [
      documentOf("Node", "n8", mac, one, uri),
      documentOf("Node", "n9", mac, other, uri),
    ];
    await commitAndCompare(client, database, [...smallSite(2), ...twice(10, 30)]);
    for (const [one, other] of [
      [50, 70],
      [90, 70],
      [9, 8],
    ] as const)
      await commitAndCompare(client, database, twice(one, other));
    await commitAndCompare(client, database, twice(9, 8, "b.yaml"));
    const { head } = await compareWithWhole(database, "lab");
    expect(head?.counters.itemsChanged).toBe(0);
  });
});
