import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CommitMode } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { compareWithWhole } from "../support/compare-with-whole.ts";
import { fc } from "../support/property.ts";
import {
  type Declared,
  documentOfDeclared,
  type FoundByConsumer,
  type RandomChange,
  randomChanges,
  startingDesign,
} from "../support/random-edits.ts";
import { type StateClient, withState } from "../support/state-service.ts";

const design = "lab";

/** What one commit sends. */
interface Sent {
  readonly put: readonly Declared[];
  readonly gone: readonly Declared[];
  readonly lines: ReadonlyMap<string, number>;
  readonly found?: ReadonlyMap<string, FoundByConsumer>;
  /** The change holds all of its layers. */
  readonly replaces?: boolean;
}

/** Commits a change of declarations to as many layers as they stand in. */
async function commit(client: StateClient, { put, gone, lines, found = new Map(), replaces = false }: Sent) {
  const layers = [...new Set([...put, ...gone].map(({ layer }) => layer))];
  const { changeId } = await client.openChange({ design, layers, requestId: randomUUID() });
  for (const layer of layers) {
    const own = put.filter((each) => each.layer === layer);
    const documents = own.map((each) => documentOfDeclared(each, lines.get(keyOf(each)) ?? 1));
    const diagnostics = own.flatMap((each) => diagnosticOf(each, lines, found));
    if (documents.length > 0) await client.putDocuments({ changeId, layer, documents, diagnostics });
    const keys = gone.filter((each) => each.layer === layer).map(({ kind, name }) => ({ kind, name }));
    if (keys.length > 0 && !replaces) await client.deleteDocuments({ changeId, layer, keys });
  }
  return client.commit({ changeId, mode: replaces ? CommitMode.REPLACE_LAYER : CommitMode.PATCH });
}

function diagnosticOf(each: Declared, lines: Sent["lines"], found: NonNullable<Sent["found"]>) {
  const by = found.get(keyOf(each));
  if (by === undefined) return [];
  const { rule, severity, field } = by;
  const { kind, name } = each;
  const location = { uri: `${kind}.yaml`, line: lines.get(keyOf(each)) ?? 1, column: 1 };
  const level = severity === "error" ? Severity.ERROR : Severity.WARNING;
  return [{ rule, severity: level, message: "found by the consumer", kind, name, field, location }];
}

const keyOf = ({ layer, kind, name }: Pick<Declared, "layer" | "kind" | "name">) => `${layer}/${kind}/${name}`;

/** Runs edits and compares after each. Gives how many commits were made, and how many of them evaluated less than the whole. */
async function runEdits(changes: readonly RandomChange[]) {
  let commits = 0;
  let partly = 0;
  await withState(async (client, database) => {
    await client.createDesign({ design });
    const there = new Map(startingDesign.map((each) => [keyOf(each), each]));
    const lines = new Map(startingDesign.map((each, index) => [keyOf(each), index * 40 + 1]));
    await commit(client, { put: startingDesign, gone: [], lines });
    await compareWithWhole(database, design);
    for (const { steps, replaces } of changes) {
      const put = new Map<string, Declared>();
      const gone = new Map<string, Declared>();
      const found = new Map<string, FoundByConsumer>();
      for (const { deletes, field, moves, found: by, ...key } of steps) {
        const old = there.get(keyOf(key));
        if (deletes) {
          if (old !== undefined) gone.set(keyOf(key), old);
          put.delete(keyOf(key));
          there.delete(keyOf(key));
          continue;
        }
        const [name, value] = field;
        const { [name]: _, ...rest } = old?.spec ?? {};
        const spec: JsonObject = value === undefined ? rest : { ...rest, [name]: value };
        const now = { ...key, spec };
        there.set(keyOf(key), now);
        lines.set(keyOf(key), (lines.get(keyOf(key)) ?? lines.size * 40 + 1) + moves);
        put.set(keyOf(key), now);
        if (by !== undefined) found.set(keyOf(key), by);
        gone.delete(keyOf(key));
      }
      if (put.size + gone.size === 0) continue;
      const layers = new Set([...put.values(), ...gone.values()].map(({ layer }) => layer));
      const whole = [...there.values()].filter(({ layer }) => layers.has(layer));
      const sent = replaces ? whole : [...put.values()];
      if (replaces && [...layers].some((layer) => !whole.some((each) => each.layer === layer))) continue;
      await commit(client, { put: sent, gone: [...gone.values()], lines, found, replaces });
      commits += 1;
      const { head, count } = await compareWithWhole(database, design);
      if ((head?.counters.itemsResolved ?? 0) < count) partly += 1;
    }
  });
  return { commits, partly };
}

const runs = Number(process.env.BEDPLATE_INCREMENTAL_RUNS ?? 6);

test("a commit gives what evaluating the whole design gives, and keeps traces that fit", {
  timeout: 60_000 + runs * 20_000,
}, async () => {
  let [commits, partly] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(randomChanges, { minLength: 4, maxLength: 10 }), async (changes) => {
      const made = await runEdits(changes);
      commits += made.commits;
      partly += made.partly;
    }),
    {
      numRuns: runs,
      endOnFailure: process.env.CI !== undefined,
    },
  );
  console.log(`${commits} commits, ${partly} evaluated in part`);
  // Were everything evaluated whole, this would prove nothing.
  expect(partly * 4).toBeGreaterThan(commits);
});
