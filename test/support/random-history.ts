import type { JsonObject } from "@bufbuild/protobuf";
import { fc } from "./property.ts";
import { commitTo, type DocumentInit, documentOf, type StateClient } from "./state-service.ts";

/** One random step in the life of a design: documents put into a layer, and others taken out of it. */
export interface HistoryStep {
  readonly layer: "site" | "formation";
  readonly documents: readonly DocumentInit[];
  readonly deletions: ReadonlyArray<{ readonly kind: string; readonly name: string }>;
}

const names = ["a", "b", "c"] as const;

const specs: Readonly<Record<string, fc.Arbitrary<JsonObject>>> = {
  Node: fc.record(
    {
      host_profile: fc.constantFrom(...names, "!"),
      primary_network: fc.constantFrom(...names),
      description: fc.constantFrom("one", "two"),
      metadata: fc.record({ tags: fc.subarray(["t1", "t2", "!t3"]), rack: fc.constantFrom(...names) }),
      oob: fc.record({ credential: fc.constantFrom({ literal: "swordfish-1" }, { literal: "swordfish-2" }) }),
    },
    { requiredKeys: [] },
  ),
  HostProfile: fc.record(
    {
      host_profile: fc.constantFrom(...names),
      primary_network: fc.constantFrom(...names),
      interfaces: fc.subarray([
        { name: "bond0", networks: ["a", "b"] },
        { name: "pxe", networks: ["c"] },
        { name: "!bond0" },
      ]),
      platform: fc.record({ image: fc.constantFrom("jammy", "noble") }),
      metadata: fc.record({ tags: fc.subarray(["t2", "t3"]) }),
      nonsense: fc.constantFrom("x", "y"),
    },
    { requiredKeys: [] },
  ),
  Network: fc.record(
    {
      cidr: fc.constantFrom("10.0.1.0/24", "10.0.2.0/24"),
      route_domain: fc.constantFrom("d", "e"),
      dns: fc.record({ domain: fc.constantFrom("x.example", "y.example") }),
      routes: fc.subarray([
        { subnet: "0.0.0.0/0", gateway: "10.0.1.1" },
        { route_domain: "d", gateway: "10.0.1.2" },
      ]),
    },
    { requiredKeys: [] },
  ),
  Site: fc.record({ domain: fc.constantFrom("one.example", "two.example") }),
};

const document = fc
  .tuple(fc.constantFrom(...Object.keys(specs)), fc.constantFrom(...names), fc.integer({ min: 1, max: 3 }))
  .chain(([kind, name, line]) => (specs[kind] ?? fc.constant({})).map((spec) => documentOf(kind, name, spec, line)));

const key = fc.record({ kind: fc.constantFrom(...Object.keys(specs)), name: fc.constantFrom(...names) });

/** Random lives of a design of a few items that inherit from one another and compute values from each other, right and wrong ones. */
export const histories: fc.Arbitrary<readonly HistoryStep[]> = fc.array(
  fc.record({
    layer: fc.constantFrom("site", "formation"),
    documents: fc.uniqueArray(document, { maxLength: 4, selector: ({ kind, name }) => `${kind}/${name}` }),
    deletions: fc.array(key, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Commits the steps of a history to a design. */
export async function live(client: StateClient, design: string, steps: readonly HistoryStep[]): Promise<void> {
  await client.createDesign({ design });
  for (const { layer, documents, deletions } of steps) {
    const put = new Set(documents.map(({ kind, name }) => `${kind}/${name}`));
    const others = deletions.filter(({ kind, name }) => !put.has(`${kind}/${name}`));
    await commitTo(client, layer, documents, { design, deletions: others });
  }
}
