import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { Lexer } from "yaml";
import { generateAirship } from "../../bench/generate-airship.ts";
import { generateEnvelopes } from "../../bench/generate-envelopes.ts";
import { generateOwnForm } from "../../bench/generate-own-form.ts";
import { corpusFiles, exampleFiles } from "../../test/support/design-files.ts";
import { fc } from "../../test/support/property.ts";
import { type DesignFile, readDesignFiles } from "../consumers/read-design-files.ts";
import { builtInKinds } from "../design/built-in-kinds.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import { suggestedLayer } from "../design/layer.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import { type ConvertedDesign, convertDesign } from "./convert-design.ts";
import { readComments } from "./read-comments.ts";

function convert(files: readonly DesignFile[]): ConvertedDesign {
  return convertDesign({ files, ...readDesignFiles(files), kinds: builtInKinds() });
}

/** What a design comes to: its items, and who declares what in which layer. */
function outcome(files: readonly DesignFile[]) {
  const { documents, diagnostics } = readDesignFiles(files);
  const layered = documents.map((document) => ({ layer: document.part || "main", document }));
  const layers = [...new Set(layered.map(({ layer }) => layer))].map(suggestedLayer);
  const { items } = evaluateDesign({ documents: layered, layers, diagnostics });
  return {
    items: [...items].map(([key, { tree }]) => `${key} ${JSON.stringify(tree)}`),
    documents: documents.map(({ kind, name, part, spec }) => `${part} ${kind}/${name} ${JSON.stringify(spec)}`).sort(),
  };
}

/** The comments of a file, as an independent reader of YAML finds them. */
function commentsOf(text: string): readonly string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens
    .filter((token, index) => token.startsWith("#") && tokens[index - 1] !== "\u001f")
    .map((each) => each.trimEnd());
}

function expectFaithful(files: readonly DesignFile[]): void {
  const { files: converted, decisions } = convert(files);
  expect(outcome(converted)).toEqual(outcome(files));
  expect(convert(converted)).toMatchObject({ files: converted });
  const given = files.flatMap(({ text }) => commentsOf(text));
  const kept = converted.flatMap(({ text }) => commentsOf(text));
  const left = decisions.filter(({ message }) => /^a comment of a document that is left out/.test(message)).length;
  const extra = [...kept];
  const missing = given.filter((each) => extra.indexOf(each) < 0 || extra.splice(extra.indexOf(each), 1).length === 0);
  expect(extra).toEqual([]);
  // What stands in a file that holds no document goes with the file.
  if (converted.length === files.length) expect(missing).toHaveLength(left);
}

const named = (files: Readonly<Record<string, string>>) => Object.entries(files).map(([uri, text]) => ({ uri, text }));

describe("converting a design", () => {
  it.each([
    ["of earlier envelopes", { "site.yaml": generateEnvelopes(12) }],
    ["of Deckhand documents", { "site.yaml": generateAirship(12) }],
    ["of our own form", { "site.yaml": generateOwnForm(12) }],
    [
      "of all of them in several layers",
      { "seed.yaml": generateEnvelopes(3), "hardware.yaml": generateAirship(4), "own.yaml": generateOwnForm(2) },
    ],
  ])("gives the same items: one %s", (_, files) => {
    expectFaithful(named(files));
  });

  it.each(exampleFiles())("gives the same items: the example %s", (_, files) => {
    expectFaithful(files);
  });

  it.each(corpusFiles())("gives the same items: the historical %s", (_, files) => {
    expectFaithful(files);
  });
});

const words = [
  ...["name", "!name", "kind", "spec", "metadata", "region", "labels", "description", "tags", "mtu", "vlan_id", "cidr"],
  ...["host_profiles", "nodes", "network", "links", "networks", "site_name", "bonding", "trunking", "mode", "routes"],
  ...["dns", "servers", "ranges", "device_aliases", "pci", "scsi", "address", "alias", "type", "oob", "credential"],
  ...[
    "interfaces",
    "device_name",
    "network_link",
    "slaves",
    "platform",
    "roles",
    "kernel_params",
    "owner_data",
    "rack",
  ],
  ...["bootdisk", "partitions", "size", "host_profile", "hardware_profile", "addressing", "constructor", "a: b", "0"],
];
const scalars = [
  ...[
    "",
    "!",
    -1,
    0,
    7,
    1.5,
    true,
    null,
    "default",
    "none",
    "tagged",
    "dhcp",
    "10.0.0.0/24",
    "10.0.0.1,10.0.0.2",
    "017",
  ],
  ...[
    "pci@0000:00:03.0",
    "a",
    "!a",
    "x y",
    "\n",
    "Network",
    "yes",
    "1.10",
    "null",
    "2017-02-17",
    "a\n  # b\n\nc\n",
    "#d",
  ],
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.constantFrom(...scalars), fc.string({ maxLength: 8 })),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie("tree"), { maxKeys: 5 }),
  ),
}));
const kind = fc.constantFrom(
  "Region",
  "NetworkLink",
  "Network",
  "HardwareProfile",
  "HostProfile",
  "BaremetalNode",
  "Rack",
);
const spec = fc.dictionary(fc.constantFrom(...words), tree, { maxKeys: 5 });
const name = fc.constantFrom("a", "b", "pxe", 7);
const enveloped = (version: string) =>
  fc.record({ apiVersion: fc.constant(version), kind, metadata: fc.record({ name, date: fc.string() }), spec });
const own = fc.record({
  apiVersion: fc.constant("bedplate/v1"),
  kind: fc.constantFrom("Site", "Network", "Node", "HostProfile"),
  metadata: fc.record({ name, layer: fc.constantFrom("design", "formation") }),
  spec,
});
const deckhand = fc.record({
  schema: kind.map((each) => `drydock/${each}/v1`),
  metadata: fc.record({ schema: fc.constant("metadata/Document/v1"), name, storagePolicy: fc.constant("cleartext") }),
  data: spec,
});
const items = fc.array(
  fc.record({ name }).chain((each) => spec.map((rest) => ({ ...rest, ...each }))),
  { maxLength: 3 },
);
const oneFile = fc.record(
  { host_profiles: items, nodes: items, network: fc.record({ links: items, networks: items }), site_name: name },
  { requiredKeys: [] },
);
const foreign = fc.constant({ schema: "pegleg/Script/v1", data: "x" });
const document = fc.oneof(enveloped("v1.0"), enveloped("drydock/v1"), own, oneFile, deckhand, foreign);

/** Lines of a file with comments between them and behind them; which of them are comments, the text decides. */
const file = fc
  .tuple(
    fc.array(document, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.nat({ max: 6 })), { maxLength: 12 }),
    fc.boolean(),
  )
  .map(([documents, remarks, marked]) => {
    const lines = documents.flatMap((each) => ["---", ...dump(each, { noRefs: true }).trimEnd().split("\n")]);
    if (!marked) lines.shift();
    for (const [index, [at, behind, indent]] of remarks.entries()) {
      const line = at % (lines.length + 1);
      if (behind && line < lines.length) lines[line] += ` # c${index}`;
      else lines.splice(line, 0, `${" ".repeat(indent)}# c${index}`);
    }
    return `${lines.join("\n")}\n`;
  });

describe("converting any design", () => {
  it("loses no value and no comment, and changes nothing a second time", () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), (texts) => {
        const files = texts.map((text, index) => ({
          uri: ["a.yaml", "seed.yaml", "dir/profiles.yaml"][index] ?? "",
          text,
        }));
        fc.pre(files.every((each) => readYaml(each).diagnostics.length === 0));
        expectFaithful(files);
      }),
      { numRuns: 40 },
    );
  });

  it("finds the comments another reader of YAML finds", () => {
    fc.assert(
      fc.property(file, (text) => {
        const { documents, diagnostics } = readYaml({ uri: "a.yaml", text });
        fc.pre(diagnostics.length === 0);
        expect(readComments(text, documents).map((each) => each.text)).toEqual(commentsOf(text));
      }),
      { numRuns: 40 },
    );
  });
});
