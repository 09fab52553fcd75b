import { create, toJson } from "@bufbuild/protobuf";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { ExplanationSchema } from "../../gen/bedplate/design/v1/item_pb.js";
import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import type { Database } from "../../src/db/database.ts";
import { effectiveItem } from "../../src/db/schema.ts";
import { type Evaluation, evaluateDesign } from "../../src/design/evaluate-design.ts";
import type { Provenance } from "../../src/design/provenance.ts";
import { documentToMessage } from "../../src/design/to-message.ts";
import { evaluateItemsAsOf } from "../../src/state/evaluate-items.ts";
import { explanationToMessage } from "../../src/state/messages/explanation.ts";
import { readHead } from "../../src/state/store/content.ts";
import { exampleFiles } from "../support/design-files.ts";
import { fc } from "../support/property.ts";
import { histories, live } from "../support/random-history.ts";
import {
  commitTo,
  type DocumentInit,
  documentOf,
  smallSite,
  stateClient,
  withState,
} from "../support/state-service.ts";

/** Every path of an item that has a value. */
function pathsOf({ path, fields, items }: Provenance): readonly string[] {
  const parts = [...(fields?.values() ?? []), ...(items ?? [])].flatMap(pathsOf);
  return path === "" ? parts : [path, ...parts];
}

function explained(evaluation: Evaluation, kind: string, name: string, path: string): unknown {
  return toJson(
    ExplanationSchema,
    create(ExplanationSchema, explanationToMessage(evaluation.explain(kind, name, path))),
  );
}

/** Explains every value of a design's head item by item, and compares with the evaluation of all of it; answers the rules that were met. */
async function compareAll(database: Database, design: string): Promise<ReadonlySet<string>> {
  const client = stateClient(database);
  const { documents, layers } = await readHead(database.db, design);
  const whole = evaluateDesign({ documents, layers });
  const rules = new Set<string>();
  const head = (await client.getDesign({ design })).design?.revision ?? 0n;
  for (const { kind, name } of whole.items.values()) {
    const alone = await evaluateItemsAsOf(database.db, design, head, [`${kind}/${name}`]);
    for (const path of pathsOf(whole.provenance(kind, name))) {
      const wanted = explained(whole, kind, name, path);
      expect(explained(alone, kind, name, path)).toEqual(wanted);
      const { rule = "" } = whole.explain(kind, name, path);
      // The call itself, for what is not merely written.
      if (rule === "" || rule === "default" || rules.has(`${rule} of ${kind}/${name}`)) continue;
      const { explanation } = await client.explain({ design, kind, name, path });
      expect(explanation && toJson(ExplanationSchema, explanation)).toEqual(wanted);
      rules.add(rule).add(`${rule} of ${kind}/${name}`);
    }
    expect(alone.items.get(`${kind}/${name}`)).toEqual(whole.items.get(`${kind}/${name}`));
  }
  return rules;
}

const examples = exampleFiles().filter(([name]) => name !== "broken");

test.each(examples)("every value of example %s is explained as over the whole design", (_, files) =>
  withState(async (client, database) => {
    const byLayer = Map.groupBy(readDesignFiles(files).documents, ({ part }) => part || "main");
    for (const [layer, documents] of byLayer)
      await commitTo(client, layer, documents.map(documentToMessage) as DocumentInit[]);
    const rules = await compareAll(database, "lab");
    // A site without nodes has no names to compute.
    const hasNodes = [...byLayer.values()].flat().some(({ kind }) => kind === "Node");
    expect(rules.has("computed-fqdn")).toBe(hasNodes);
  }),
);

const network = (name: string, second: number, spec: object = {}) =>
  documentOf("Network", name, { cidr: `10.${100 + Math.floor(second / 250)}.${second % 250}.0/24`, ...spec });

test("values computed from the networks of a route domain, from hardware profiles and from the site are explained", () =>
  withState(async (client, database) => {
    const routes = [
      { subnet: "0.0.0.0/0", gateway: "10.100.1.1" },
      { route_domain: "inner", gateway: "10.100.1.2", metric: 5 },
    ];
    const documents: DocumentInit[] = [
      ...smallSite(2),
      network("a", 1, { route_domain: "inner", routes, dns: { servers: ["10.100.1.9"], domain: "a.example" } }),
      ...[2, 3, 4].map((each) => network(`b${each}`, each, { route_domain: "inner" })),
      documentOf("Network", "six", { cidr: "fd00::/64", route_domain: "inner" }),
      documentOf("HardwareProfile", "cpu", {
        cpu_sets: { kvm: "2-5" },
        hugepages: [{ name: "dpdk", size: "1G", count: 4 }],
      }),
      documentOf("Node", "x1", {
        primary_network: "a",
        hardware_profile: "cpu",
        platform: {
          kernel_params: { isolcpus: "hardwareprofile:cpuset.kvm", hugepages: "hardwareprofile:hugepages.dpdk.count" },
        },
      }),
      documentOf("Node", "x2", {
        addressing: [
          { network: "b2", address: "10.100.2.7" },
          { network: "a", address: "10.100.1.7" },
        ],
      }),
    ];
    await commitTo(client, "site", documents);
    expect([...(await compareAll(database, "lab"))].filter((rule) => !rule.includes(" ")).sort()).toEqual([
      "computed-dns-servers",
      "computed-fqdn",
      "computed-kernel-parameter",
      "computed-primary-network",
      "computed-route",
    ]);
  }));

test("a route domain with more networks than a network has routes gives the same one item at a time", () =>
  withState(async (client, database) => {
    // The second template finds too many routes already, which only all networks of the domain together tell.
    const routes = [
      { route_domain: "inner", gateway: "10.100.0.1" },
      { route_domain: "inner", gateway: "10.100.0.1", metric: 7 },
    ];
    const four = Array.from({ length: 100 }, (_, index) => network(`f${index}`, index, { route_domain: "inner" }));
    const six = Array.from({ length: 70 }, (_, index) =>
      documentOf("Network", `s${index}`, { cidr: `fd00:${index}::/64`, route_domain: "inner" }),
    );
    await commitTo(client, "site", [network("own", 400, { route_domain: "inner", routes }), ...four, ...six]);
    const { item } = await client.getItem({ design: "lab", kind: "Network", name: "own" });
    expect(item?.spec).toMatchObject({ value: { routes: { length: 102 } } });
    const alone = await evaluateItemsAsOf(database.db, "lab", 1n, ["Network/own"]);
    expect(alone.items.get("Network/own")?.tree.routes).toHaveLength(102);
  }));

test("items of custom kinds, circles and chains too long to follow are explained", () =>
  withState(async (client, database) => {
    const schema = {
      type: "object",
      properties: {
        base: { type: "string" },
        size: { type: "integer", default: 3 },
        rules: {
          type: "array",
          items: { type: "object", properties: { name: { type: "string" }, port: { type: "integer" } } },
        },
      },
    };
    const chain = Array.from({ length: 130 }, (_, index) =>
      documentOf("Firewall.acme.example", `c${String(index).padStart(3, "0")}`, {
        rules: [{ name: `r${index}`, port: index }],
        ...(index > 0 && { base: `c${String(index - 1).padStart(3, "0")}` }),
      }),
    );
    const circle = Array.from({ length: 120 }, (_, index) =>
      documentOf("HostProfile", `o${index}`, { description: `circle ${index}`, host_profile: `o${(index + 1) % 120}` }),
    );
    await commitTo(client, "site", [
      ...smallSite(1),
      documentOf("CustomKind", "Firewall.acme.example", {
        json_schema: schema,
        merge_keys: { rules: "name" },
        parent: "base",
      }),
      ...chain,
      ...circle,
      documentOf("HostProfile", "below", { host_profile: "o7", owner_data: {} }),
    ]);
    const head = await readHead(database.db, "lab");
    const whole = evaluateDesign(head);
    expect(whole.items.size).toBeGreaterThan(250);
    for (const key of [...chain.filter((_, index) => index % 9 === 0), ...circle.filter((_, index) => index % 17 === 0)]
      .map(({ kind, name }) => `${kind}/${name}`)
      .concat("HostProfile/below")) {
      const alone = await evaluateItemsAsOf(database.db, "lab", 1n, [key]);
      expect(alone.items.get(key)).toEqual(whole.items.get(key));
    }
  }));

test("every item of every revision of any history is made again from what it was made from", () =>
  withState(async (client, database) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const own = `random${++number}`;
        await live(client, own, steps);
        const rows = await database.db.select().from(effectiveItem).where(eq(effectiveItem.design, own));
        for (const { kind, name, tree, inputs, fromRevision } of rows) {
          const alone = await evaluateItemsAsOf(database.db, own, fromRevision, [`${kind}/${name}`]);
          expect(alone.items.get(`${kind}/${name}`)).toEqual({ kind, name, tree, inputs });
        }
        const keys = rows.map(({ kind, name }) => `${kind}/${name}`);
        const head = (await client.getDesign({ design: own })).design?.revision ?? 0n;
        const together = await evaluateItemsAsOf(database.db, own, head, keys);
        for (const { kind, name, tree, toRevision } of rows) {
          if (toRevision === null) expect(together.items.get(`${kind}/${name}`)?.tree).toEqual(tree);
        }
      }),
      { numRuns: 25 },
    );
  }));
