import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateAirship } from "../../bench/generate-airship.ts";
import { generateEnvelopes } from "../../bench/generate-envelopes.ts";
import { generateOwnForm } from "../../bench/generate-own-form.ts";
import { extendedOneFileSite, laterDocumentsSite } from "../../test/support/earlier-sites.ts";
import { checkDesign } from "../../test/support/marked-design.ts";
import { fc } from "../../test/support/property.ts";
import { sourceTexts } from "../../test/support/source-texts.ts";
import type { EffectiveItem } from "./effective-item.ts";
import type { Evaluation } from "./evaluate-design.ts";
import type { Provenance } from "./provenance.ts";
import type { Tree } from "./tree.ts";

type Files = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, "..", "..");
const filesIn = (directory: string): Files => {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(directory, name), "utf8")]));
};

function leavesOf(at: Provenance): readonly Provenance[] {
  const parts = [...(at.fields?.values() ?? []), ...(at.items ?? [])];
  return parts.length === 0 ? [at] : parts.flatMap(leavesOf);
}

const wholesOf = (at: Provenance): readonly Provenance[] => [
  ...(at.path === "" || !(at.fields || at.items) ? [] : [at]),
  ...[...(at.fields?.values() ?? []), ...(at.items ?? [])].flatMap(wholesOf),
];

const hasParts = (value: Tree) => typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** What can't be accounted for, one line each. */
function unaccounted(files: Files): readonly string[] {
  const { evaluation } = checkDesign(files, { itemRules: [], groupRules: [] });
  const texts = sourceTexts(files);
  const items = [...evaluation.items.values()];
  expect(items.length).toBeGreaterThan(0);
  return items.flatMap((item) => faultsOf(item, evaluation, texts));
}

function faultsOf(item: EffectiveItem, evaluation: Evaluation, texts: ReturnType<typeof sourceTexts>): string[] {
  const { kind, name } = item;
  const provenance = evaluation.provenance(kind, name);
  const faults: string[] = [];
  const fault = (path: string, what: string) => void faults.push(`${kind}/${name} ${path}: ${what}`);
  for (const { path, value, from, rule, steps, secret } of leavesOf(provenance)) {
    if (path === "") continue;
    if (hasParts(value)) fault(path, "has parts without a provenance");
    if (from === undefined && rule === undefined) fault(path, "has neither a place nor a rule");
    if (from === undefined && rule !== "default" && steps.length === 0) fault(path, `${rule} without steps`);
    // A record from which everything was taken away, or that never had anything, is left with a place and no text.
    if (from !== undefined && steps.length === 0 && typeof value !== "object" && !texts.says(from, value))
      fault(path, `${from.uri}:${from.line}:${from.column} doesn't say ${JSON.stringify(value)}`);
    if (steps.some(({ message }) => message.trim() === "" || /\n/.test(message))) fault(path, "a step says nothing");
    const explained = evaluation.explain(kind, name, path);
    if (explained.from === undefined && explained.rule === undefined) fault(path, "is not explained");
    if (!secret && JSON.stringify(explained.value) !== JSON.stringify(value))
      fault(path, "is explained as another value");
    if (explained.from?.line !== from?.line || explained.from?.uri !== from?.uri) fault(path, "has two places");
  }
  for (const { path } of wholesOf(provenance)) {
    const { from, rule } = evaluation.explain(kind, name, path);
    if (from === undefined && rule === undefined) fault(path, "is not explained as a whole");
  }
  return faults;
}

describe("the provenance of every effective value", () => {
  const designs: Record<string, Files> = {
    "the example site": filesIn(join(root, "examples", "site")),
    "the example in Bedplate's own form": filesIn(join(root, "examples", "plant8")),
    "a site in the one-file form, as it was extended": extendedOneFileSite,
    "a site in the later documents": laterDocumentsSite,
    "the broken example": filesIn(join(root, "examples", "broken")),
  };
  // The historical files live beside the repository, where they are at all.
  const corpus = join(root, "..", "shared", "corpus");
  for (const form of ["aic", "airship"]) {
    const directory = join(corpus, form);
    if (!existsSync(directory)) continue;
    const versions = Map.groupBy(
      Object.entries(filesIn(directory)),
      ([file]) => /^[ab]\d-[^-]+/.exec(file)?.[0] ?? file,
    );
    for (const [version, files] of versions) designs[`the historical design ${version}`] = Object.fromEntries(files);
  }
  it.each(Object.entries(designs))("is known in %s, and its text says the value", (_, files) => {
    expect(unaccounted(files)).toEqual([]);
  });

  it.each([
    ["Bedplate's own form", generateOwnForm],
    ["envelopes", generateEnvelopes],
    ["the Deckhand form", generateAirship],
  ])("is known in generated designs of %s", (_, generate) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (nodes) => {
        expect(unaccounted({ "site.yaml": generate(nodes) })).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });

  const scalar = fc.constantFrom(
    "yes",
    "'007'",
    "0x1F",
    "1e3",
    "12:30:45",
    '"a\\tb"',
    "plain text",
    "~x",
    "2001-01-01",
  );
  const profile = fc.record({
    tags: fc.uniqueArray(fc.constantFrom("a", "b", "yes", "'1.0'", "!c"), { maxLength: 4 }),
    params: fc.dictionary(fc.constantFrom("quiet", "panic", "net.ifnames"), scalar, { maxKeys: 3 }),
    image: fc.option(scalar, { nil: undefined }),
    flow: fc.boolean(),
    anchored: fc.boolean(),
  });

  it("is known whatever the style of the text: quotes, flow, blocks, anchors, merge keys", () => {
    fc.assert(
      fc.property(fc.array(profile, { minLength: 1, maxLength: 4 }), (profiles) => {
        expect(unaccounted({ "site.yaml": profiles.map(written).join("") })).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  type Profile = typeof profile extends fc.Arbitrary<infer T> ? T : never;

  function written({ tags, params, image, flow, anchored }: Profile, index: number): string {
    const entries = Object.entries(params).map(([key, value]) => `${key}: ${value}`);
    const list = tags.map((tag) => (tag.startsWith("!") ? `"${tag}"` : tag));
    const parameters = flow ? ` {${entries.join(", ")}}` : entries.map((entry) => `\n      ${entry}`).join("");
    return [
      `---\napiVersion: bedplate/v1\nkind: HostProfile\nmetadata: {name: p${index}}\nspec:`,
      ...(index === 0 ? [] : [`  host_profile: p${index - 1}`]),
      `  metadata:\n    tags: [${list.join(", ")}]`,
      anchored
        ? `    owner_data: &owner${index} {a: x, b: "y z"}\n  oob:\n    type: ipmi\n    parameters: {<<: *owner${index}, b: own}`
        : "    owner_data: {}",
      `  description: >-\n    some folded\n    text`,
      ...(image === undefined && entries.length === 0 ? [] : ["  platform:"]),
      ...(image === undefined ? [] : [`    image: ${image}`]),
      ...(entries.length === 0 ? [] : [`    kernel_params:${parameters}`]),
      "",
    ].join("\n");
  }
});
