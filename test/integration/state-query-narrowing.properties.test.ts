import type { CelInput } from "@bufbuild/cel";
import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import type { Database } from "../../src/db/database.ts";
import { document, effectiveItem } from "../../src/db/schema.ts";
import type { Tree, TreeMap } from "../../src/design/tree.ts";
import { asOf } from "../../src/state/as-of.ts";
import { compileExpression } from "../../src/validate/cel-compile.ts";
import { celValue } from "../../src/validate/cel-values.ts";
import { fc } from "../support/property.ts";
import {
  commitTo,
  type DocumentInit,
  documentOf,
  type StateClient,
  smallSite,
  withState,
} from "../support/state-service.ts";

const OPEN = "Thing.acme.example";
const racks = ["r1", "r2", 'r"3'];
const tags = ["t1", "t2", "<secret>"];
const keys = ["a", "x.y", 'q"', "__proto__"];
const values = ["1", "2", ""];
const names = ["n1", "n1.x", "n2", "m-3", "N1"];

const metadata = fc.record(
  {
    rack: fc.constantFrom(...racks),
    tags: fc.uniqueArray(fc.constantFrom(...tags)),
    owner_data: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { selector: ([key]) => key })
      .map((pairs) =>
        JSON.parse(`{${pairs.map((pair) => pair.map((each) => JSON.stringify(each)).join(":")).join()}}`),
      ),
  },
  { requiredKeys: [] },
);
/** What only an open kind can have: the same names, other types. */
const strange = fc.oneof(
  metadata,
  fc.record({ rack: fc.constantFrom(1, null, ["r1"]), tags: fc.constantFrom("t1", { t1: 1 }, [["t1"]]) }),
  fc.constantFrom("r1", ["r1"], 5),
);
const ownLabels = fc.oneof(
  fc.dictionary(fc.constantFrom("a", "x.y"), fc.constantFrom(...values)),
  fc.constantFrom("a", ["a"], { a: 1 }),
);
const item = fc.oneof(
  fc.record({
    kind: fc.constant("Node"),
    spec: fc.record({ host_profile: fc.constant("base"), metadata }, { requiredKeys: ["host_profile"] }),
  }),
  fc.record({ kind: fc.constant("HostProfile"), spec: fc.record({ metadata }, { requiredKeys: [] }) }),
  fc.record({
    kind: fc.constant(OPEN),
    spec: fc.record({ metadata: strange, rack: fc.constantFrom("r1", 7), labels: ownLabels }, { requiredKeys: [] }),
  }),
);
const items = fc
  .uniqueArray(fc.tuple(item, fc.constantFrom(...names)), {
    selector: ([{ kind }, name]) => `${kind}/${name}`,
    minLength: 4,
  })
  .map((all) =>
    all.map(([{ kind, spec }, name], line) => documentOf(kind, name, JSON.parse(JSON.stringify(spec)), 1000 + line)),
  );

const text = (...of: readonly string[]) => fc.constantFrom(...of).map((each) => JSON.stringify(each));
const field = fc.oneof(
  fc.constantFrom("kind", "name", "rack", "labels.a", "spec.metadata.rack", "spec.rack", "spec.metadata.nonsense.deep"),
  text(...keys).map((key) => `labels[${key}]`),
);
const literal = text(...racks, ...tags, ...values, ...names, "Node", OPEN, "zero\0");
const atom = fc.oneof(
  fc.tuple(field, literal).map(([one, other]) => `${one} == ${other}`),
  fc.tuple(literal, field).map(([one, other]) => `${one} == ${other}`),
  fc.tuple(field, fc.constantFrom("!=", "<"), literal).map((parts) => parts.join(" ")),
  fc.tuple(field, fc.array(literal, { maxLength: 3 })).map(([one, all]) => `${one} in [${all}]`),
  fc.tuple(literal).map(([each]) => `${each} in tags`),
  text("n", "n1.", "", "N").map((prefix) => `name.startsWith(${prefix})`),
  literal.map((each) => `tags.exists(kind, kind == ${each})`),
  fc.constantFrom(
    "has(labels.a)",
    "!has(spec.metadata)",
    "true",
    "false",
    "design_changed",
    'status.phase == "DEPLOYED"',
    'status.phase in ["READY", "UNSPECIFIED"]',
    "rack == null",
    "name == 3",
    "labels == {}",
  ),
  fc.constantFrom(
    "labels.all(k, k == 'a')",
    "size(tags) > 1",
    "spec.metadata.tags.size() == 0",
    "1/0 == 1",
    "status == {}",
  ),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.tuple(tie("filter"), fc.constantFrom("&&", "||"), tie("filter")).map(([a, by, b]) => `(${a} ${by} ${b})`),
    tie("filter").map((each) => `!(${each})`),
    fc.tuple(tie("filter"), tie("filter"), tie("filter")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));

/** What the contract says that expressions know, said again. */
function variables(kind: string, name: string, tree: TreeMap): Record<string, CelInput> {
  const mapOf = (value: Tree | undefined): TreeMap =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as TreeMap) : {};
  const { rack, tags: ofTree, owner_data } = mapOf(tree.metadata);
  const pairs = [...Object.entries(mapOf(tree.labels)), ...Object.entries(mapOf(owner_data))];
  const labels = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return {
    ...{ kind, name, spec: celValue(tree), labels: new Map(labels) },
    rack: typeof rack === "string" ? rack : null,
    tags: Array.isArray(ofTree) ? ofTree.filter((each) => typeof each === "string") : [],
  };
}

const stateOf = (name: string) => ({
  status: celValue({
    ...{ node: name, phase: name === "n1" ? "DEPLOYED" : "UNSPECIFIED" },
  }),
  design_changed: false,
});

function holds(expression: string, bindings: Record<string, CelInput>): boolean {
  const all = ["kind", "name", "layer", "spec", "labels", "rack", "tags", "status", "design_changed"];
  const compiled = compileExpression(expression, { variables: all });
  if (!("evaluate" in compiled)) throw new Error(compiled.message);
  const { answer } = compiled.evaluate(bindings);
  return answer.type === "value" && answer.value === true;
}

async function everything(client: StateClient, filterText: string, revision: bigint): Promise<string[]> {
  const found: string[] = [];
  for (let pageToken = "", first = true; first || pageToken !== ""; first = false) {
    const page = await client.listItems({ design: "lab", filter: filterText, revision, pageSize: 7, pageToken });
    found.push(...page.items.map(({ kind, name }) => `${kind}/${name}`));
    pageToken = page.nextPageToken;
  }
  return found;
}

async function plainly({ db }: Database, filterText: string, revision: bigint, isHead: boolean): Promise<string[]> {
  const rows = await db
    .select()
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, "lab"), asOf(effectiveItem, revision)));
  const met = rows.filter(({ kind, name, tree }) => {
    const state = isHead && kind === "Node" ? stateOf(name) : { status: new Map() };
    return holds(filterText, { ...variables(kind, name, tree), ...state });
  });
  return met.map(({ kind, name }) => `${kind}/${name}`).sort();
}

const site: DocumentInit[] = [
  ...smallSite(0),
  documentOf(
    "CustomKind",
    OPEN,
    { json_schema: { type: "object", properties: { metadata: {}, rack: {}, labels: {} } } },
    900,
  ),
  documentOf(
    "Node",
    "zz",
    { host_profile: "base", metadata: { rack: "r1", tags: ["t1"], owner_data: { a: "1" } } },
    990,
  ),
];

test("a filter answers the same as looking at every item, at the head and in the past", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", site);
    await fc.assert(
      fc.asyncProperty(
        items,
        items,
        fc.array(filter, { minLength: 12, maxLength: 12 }),
        async (first, second, filters) => {
          const drop = (documents: readonly DocumentInit[]) =>
            documents.map(({ kind = "", name = "" }) => ({ kind, name })).filter(({ kind }) => kind !== "HostProfile");
          await commitTo(client, "site", first);
          const past = (await commitTo(client, "site", second)).revision?.number ?? 0n;
          await client.recordNodeStatus({ design: "lab", updates: [{ node: "n1", phase: NodePhase.DEPLOYED }] });
          const head = (await commitTo(client, "site", [], { deletions: drop(first) })).revision?.number ?? 0n;
          for (const each of filters) {
            for (const revision of new Set([past, head])) {
              const found = await everything(client, each, revision);
              expect(found, `${each} in revision ${revision}`).toEqual(
                await plainly(database, each, revision, revision === head),
              );
            }
          }
          await commitTo(client, "site", [], { deletions: drop(second) });
        },
      ),
      { numRuns: 10 },
    );
  }));

test("a filter of declarations answers the same as looking at every declaration", () =>
  withState(async (client, { db }) => {
    await commitTo(client, "site", site);
    await fc.assert(
      fc.asyncProperty(items, fc.array(filter, { minLength: 12, maxLength: 12 }), async (documents, filters) => {
        await commitTo(client, "extra", documents);
        const rows = await db
          .select()
          .from(document)
          .where(and(eq(document.design, "lab"), asOf(document, 1_000_000n)));
        for (const inner of filters) {
          if (/status|design_changed/.test(inner)) continue;
          for (const each of [inner, `layer == "extra" && (${inner})`]) {
            const { items: found } = await client.listRawItems({ design: "lab", filter: each, pageSize: 1000 });
            const met = rows.filter(({ layer, kind, name, spec }) =>
              holds(each, { ...variables(kind, name, spec), layer }),
            );
            expect(
              found.map(({ layer, kind, name }) => `${layer}/${kind}/${name}`),
              each,
            ).toEqual(met.map(({ layer, kind, name }) => `${layer}/${kind}/${name}`).sort());
          }
        }
      }),
      { numRuns: 10 },
    );
  }));
