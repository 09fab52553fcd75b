import { describe, expect, it } from "vitest";
import { findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../read-design-files.ts";
import { LAYERING_RULES } from "../reading/layering-rules.ts";

const policy = `---
schema: deckhand/LayeringPolicy/v1
metadata: {schema: metadata/Control/v1, name: policy}
data: {layerOrder: [global, type, site]}
`;

/** A document with metadata as given, one key a line. */
const document = (kind: string, name: string, layer: string, metadata: string, data = "{}") =>
  `---\nschema: ${kind.includes("/") ? kind : `drydock/${kind}/v1`}\nmetadata:\n  schema: metadata/Document/v1\n  name: ${name}\n  storagePolicy: cleartext\n${metadata}${metadata.includes("layeringDefinition") ? "" : `  layeringDefinition: {layer: ${layer}}\n`}data: ${data}\n`;
const child = (rest: string, data = "{a: 1}") =>
  document("BootAction", "c", "site", `  layeringDefinition:\n    layer: site\n${rest}`, data);
const selecting = "    parentSelector: {k: v}\n    actions: [{method: merge, path: .}]\n";
const parent = (name = "p", layer = "global", kind = "BootAction") =>
  document(kind, name, layer, "  labels: {k: v}\n", "{x: {y: 1}, s: 5, n: null, l: [1]}");
const taking = (subs: string, data = "{t: HOST, s: 5, m: {a: HOST}}") =>
  document("BootAction", "d", "site", `  substitutions:\n${subs}`, data);
const source = document("BootAction", "s", "site", "", "{ip: 10.0.0.1, n: null, m: {a: 1}, l: [1]}");
const src = "src: {schema: drydock/BootAction/v1, name: s, path: .ip}";
const passphrase = document("deckhand/Passphrase/v1", "pw", "site", "", "geheim");

/** Sites of several documents; comments mark what is found in each, and nothing else is. */
const mistakes: Readonly<Record<string, string>> = {
  "two documents of one schema, name and layer": `${parent()}---\nschema: drydock/BootAction/v1\nmetadata:\n  schema: metadata/Document/v1\n  name: p # <- duplicate-document\n  storagePolicy: cleartext\n  layeringDefinition: {layer: global}\n`,
  "a layer nobody knows": document(
    "BootAction",
    "a",
    "",
    "  layeringDefinition: {layer: sight} # <- invalid-document-layer\n",
  ),
  "no layer": document("BootAction", "a", "", "  layeringDefinition: {abstract: false} # <- invalid-document-layer\n"),
  "no layeringDefinition":
    "---\nschema: drydock/BootAction/v1\nmetadata:\n  schema: metadata/Document/v1 # <- invalid-document-layer\n  name: a\n  storagePolicy: cleartext\ndata: {}\n",
  "no storagePolicy":
    "---\nschema: drydock/BootAction/v1\nmetadata:\n  schema: metadata/Document/v1 # <- invalid-envelope\n  name: a\n  layeringDefinition: {layer: site}\ndata: {}\n",
  "another storagePolicy": document("BootAction", "a", "site", "").replace("cleartext", "clear # <- invalid-envelope"),
  "another version of the metadata": document("BootAction", "a", "site", "").replace(
    "Document/v1",
    "Document/v1.0 # <- invalid-envelope",
  ),
  "a name without quotes": document("BootAction", "7 # <- invalid-envelope", "site", ""),
  "a key too much in the metadata": document("BootAction", "a", "site", "  lables: {a: b} # <- invalid-envelope\n"),
  "a key beside the data": `${document("BootAction", "a", "site", "")}status: {} # <- unknown-field (warning)\n`,
  "substitutions of nothing": document("BootAction", "a", "site", "  substitutions: # <- invalid-envelope\n"),
  "labels that are no mapping": document("BootAction", "a", "site", "  labels: [a] # <- invalid-envelope\n"),
  "a label with several values": document("BootAction", "a", "site", "  labels: {a: [b]} # <- invalid-envelope\n"),
  "abstract that is neither true nor false": child("    abstract: perhaps # <- invalid-envelope\n"),
  "actions without a selector": child("    actions: [{method: merge, path: .}] # <- invalid-envelope\n"),
  "a selector without actions": `${child("    parentSelector: {k: v} # <- invalid-envelope\n")}${parent()}`,
  "an empty selector": child("    parentSelector: {} # <- invalid-envelope\n    actions: [{method: merge, path: .}]\n"),
  "no action": `${parent()}${child("    parentSelector: {k: v}\n    actions: [] # <- invalid-envelope\n")}`,
  "an action without a path": `${parent()}${child("    parentSelector: {k: v}\n    actions: [{method: merge}] # <- invalid-envelope\n")}`,
  "metadata of nothing":
    "---\nschema: drydock/BootAction/v1\nmetadata: # <- invalid-envelope, missing-name\ndata: {}\n",
  "a label that finds no parent": child(
    "    parentSelector: {k: w} # <- no-parent (warning)\n    actions: [{method: merge, path: .}]\n",
  ),
  "a label of another type": `${document("BootAction", "p", "global", "  labels: {k: 1}\n")}${child("    parentSelector: {k: '1'} # <- no-parent (warning)\n    actions: [{method: merge, path: .}]\n")}`,
  "a parent of another kind": `${parent()}${parent("q", "global", "Rack")}${child("    parentSelector: {k: v} # <- invalid-document-parent\n    actions: [{method: merge, path: .}]\n")}`,
  "a parent of another tool": `${parent()}${document("ex/Other/v1 # <- foreign-document (info)", "q", "global", "  labels: {k: v}\n")}${child("    parentSelector: {k: v} # <- invalid-document-parent\n    actions: [{method: merge, path: .}]\n")}`,
  "a parent in the same layer": `${parent("p", "site")}${child("    parentSelector: {k: v} # <- invalid-document-parent\n    actions: [{method: merge, path: .}]\n")}`,
  "a parent in a more specific layer": `${parent("p", "site")}${child("    parentSelector: {k: v} # <- invalid-document-parent\n    actions: [{method: merge, path: .}]\n").replace("layer: site", "layer: type")}`,
  "two parents of one layer": `${parent("p")}${parent("q")}${child("    parentSelector: {k: v} # <- indeterminate-document-parent\n    actions: [{method: merge, path: .}]\n")}`,
  "a replacement without a parent": document(
    "BootAction",
    "c",
    "site",
    "  replacement: true # <- invalid-document-replacement\n",
  ),
  "a replacement of another name": `${parent()}${document("BootAction", "c", "site", `  replacement: true # <- invalid-document-replacement\n  layeringDefinition:\n    layer: site\n${selecting}`)}`,
  "a parent of the same name": `${parent("c")}${document("BootAction", "c # <- invalid-document-replacement", "site", `  layeringDefinition:\n    layer: site\n${selecting}`, "{a: 1}")}`,
  "one name in two layers": `${document("BootAction", "c", "global", "")}${document("BootAction", "c # <- invalid-document-replacement", "site", "")}`,
  "a replacement of a replacement": `${parent()}${document("BootAction", "p", "type", `  labels: {t: t}\n  replacement: true\n  layeringDefinition:\n    layer: type\n${selecting}`)}${document("BootAction", "p", "site", "  replacement: true # <- invalid-document-replacement\n  layeringDefinition:\n    layer: site\n    parentSelector: {t: t}\n    actions: [{method: merge, path: .}]\n")}`,
  "two replacements of one document": `${parent()}${document("BootAction", "p", "type", `  replacement: true\n  layeringDefinition:\n    layer: type\n${selecting}`)}${document("BootAction", "p", "site", `  replacement: true # <- invalid-document-replacement\n  layeringDefinition:\n    layer: site\n${selecting}`)}`,
  "a replacement twice": `${parent()}${document("BootAction", "p", "site", `  replacement: true\n  layeringDefinition:\n    layer: site\n${selecting}`)}${document("BootAction", "p # <- duplicate-document", "site", `  replacement: true\n  layeringDefinition:\n    layer: site\n${selecting}`)}`,
  "an unknown method": `${parent()}${child("    parentSelector: {k: v}\n    actions: [{method: append, path: .}] # <- unsupported-action-method\n")}`,
  "merging nothing": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .b} # <- missing-document-key\n")}`,
  "replacing by null": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: replace, path: .a} # <- missing-document-key\n", "{a: null}")}`,
  "merging data of nothing": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .} # <- missing-document-key\n", "")}`,
  "deleting nothing": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: delete, path: .b} # <- missing-document-key\n")}`,
  "deleting null": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: delete, path: .n} # <- missing-document-key\n")}`,
  "a path through a single value of the parent": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .s.a} # <- invalid-path\n", "{s: {a: 1}}")}`,
  "a path through nothing of the parent": `${document("BootAction", "p", "global", "  labels: {k: v}\n", "")}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .a} # <- invalid-path\n")}`,
  "a path that is none": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: '.a[x]'} # <- invalid-path\n")}`,
  "a path with a bare key of digits": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .1a} # <- invalid-path\n")}`,
  "a bare $": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: $} # <- deckhand-differs (warning)\n")}`,
  "a key that begins with data": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: .database} # <- deckhand-differs (info)\n", "{database: 1}")}`,
  "every member of a list": `${parent()}${child("    parentSelector: {k: v}\n    actions:\n    - {method: merge, path: '.l[*]'} # <- deckhand-differs (info)\n", "{l: [2]}")}`,
  "a source that isn't there": taking(
    "  - dest: {path: .u}\n    src:\n      schema: deckhand/Passphrase/v1\n      name: pw # <- substitution-source-not-found\n      path: .\n",
  ),
  "a source that is abstract": `${document("BootAction", "s", "global", "  layeringDefinition: {layer: global, abstract: true}\n", "{ip: 1}")}${taking("  - dest: {path: .u}\n    src:\n      schema: drydock/BootAction/v1\n      name: s # <- substitution-source-not-found\n      path: .ip\n")}`,
  "nothing at a source's path": `${source}${taking("  - dest: {path: .u}\n    src: {schema: drydock/BootAction/v1, name: s, path: .x} # <- substitution-source-data-not-found\n")}`,
  "null at a source's path": `${source}${taking("  - dest: {path: .u}\n    src: {schema: drydock/BootAction/v1, name: s, path: .n} # <- substitution-source-data-not-found\n")}`,
  "a destination without a dot": `${source}${taking(`  - ${src}\n    dest: {path: u} # <- unknown-substitution-error\n`)}`,
  "a destination through a single value": `${source}${taking(`  - ${src}\n    dest: {path: .s.a} # <- unknown-substitution-error\n`)}`,
  "a destination by name into a list": `${source}${taking(`  - ${src}\n    dest: {path: .l.a} # <- unknown-substitution-error\n`, "{l: []}")}`,
  "a pattern at a missing path": `${source}${taking(`  - ${src}\n    dest: {path: .u, pattern: HOST} # <- unknown-substitution-error\n`)}`,
  "a pattern for what is no text": `${source}${taking(`  - ${src}\n    dest: {path: .s, pattern: HOST} # <- unknown-substitution-error\n`)}`,
  "a pattern that is none": `${source}${taking(`  - ${src}\n    dest: {path: .t, pattern: 'HOST('} # <- unknown-substitution-error\n`)}`,
  "a pattern that could search for ever": `${source}${taking(`  - ${src}\n    dest: {path: .t, pattern: '(H+)+O'} # <- unknown-substitution-error\n`)}`,
  "a mapping into a text": `${source}${taking("  - src: {schema: drydock/BootAction/v1, name: s, path: .m}\n    dest: {path: .t, pattern: HOST} # <- unknown-substitution-error\n")}`,
  "a pattern of a source that is no text": `${source}${taking("  - src: {schema: drydock/BootAction/v1, name: s, path: .l, pattern: a} # <- unknown-substitution-error\n    dest: {path: .u}\n")}`,
  "a group the pattern doesn't have": `${source}${taking("  - src: {schema: drydock/BootAction/v1, name: s, path: .ip, pattern: '(1)', match_group: 2} # <- unknown-substitution-error\n    dest: {path: .u}\n")}`,
  "a pattern that matches nothing": `${source}${taking("  - src: {schema: drydock/BootAction/v1, name: s, path: .ip, pattern: x} # <- pattern-without-match (warning)\n    dest: {path: .u}\n")}`,
  "recursion into a number": `${source}${taking(`  - ${src}\n    dest: {path: .s, pattern: H, recurse: {depth: 1}} # <- unknown-substitution-error\n`)}`,
  "recursion without a depth": `${source}${taking(`  - ${src}\n    dest: {path: .m, pattern: H, recurse: {}} # <- invalid-envelope\n`)}`,
  "recursion with a real pattern": `${source}${taking(`  - ${src}\n    dest: {path: .m, pattern: 'H[A-Z]+', recurse: {depth: 1}} # <- deckhand-differs (warning)\n`)}`,
  "a document that substitutes from itself": taking(
    "  - dest: {path: .u} # <- substitution-dependency-cycle\n    src: {schema: drydock/BootAction/v1, name: d, path: .t}\n",
  ),
  "two that substitute from each other": `${taking("  - dest: {path: .u} # <- substitution-dependency-cycle\n    src: {schema: drydock/BootAction/v1, name: e, path: .t}\n")}${document("BootAction", "e", "site", "  substitutions: [{dest: {path: .u}, src: {schema: drydock/BootAction/v1, name: d, path: .t}}]\n")}`,
  "a parent that substitutes from its child": `${document("BootAction", "p", "global", "  labels: {k: v}\n  substitutions:\n  - dest: {path: .u} # <- substitution-dependency-cycle\n    src: {schema: drydock/BootAction/v1, name: c, path: .a}\n")}${child(selecting)}`,
  "a replacement that substitutes from its own name": `${parent()}${document("BootAction", "p", "site", `  replacement: true\n  layeringDefinition:\n    layer: site\n${selecting}  substitutions:\n  - dest: {path: .u} # <- substitution-dependency-cycle\n    src: {schema: drydock/BootAction/v1, name: p, path: .s}\n`, "{a: 1}")}`,
  "a secret where everybody sees it": `${passphrase}${document("HostProfile", "h", "site", "  substitutions:\n  - dest: {path: .platform.image} # <- secret-shown (error)\n    src: {schema: deckhand/Passphrase/v1, name: pw, path: .}\n")}`,
  "a reference to a store of secrets": `${document("deckhand/Passphrase/v1", "pw", "site", "", "https://barbican.example/v1/secrets/01234567-89ab-cdef-0123-456789abcdef").replace("cleartext", "encrypted")}${document("HostProfile", "h", "site", "  substitutions:\n  - dest: {path: .oob.credential}\n    src:\n      schema: deckhand/Passphrase/v1\n      name: pw # <- encryption-source-not-found\n      path: .\n")}`,
  "data that a schema refuses": `---\nschema: deckhand/DataSchema/v1\nmetadata: {schema: metadata/Control/v1, name: drydock/BootAction/v1}\ndata: {type: object, properties: {a: {type: string}}, additionalProperties: false}\n${document("BootAction", "a", "site", "", "\n  a: 1 # <- data-schema\n  b: 2 # <- data-schema")}`,
  "a data schema that is none": `---\nschema: deckhand/DataSchema/v1\nmetadata: {schema: metadata/Control/v1, name: drydock/BootAction/v1}\ndata: {type: thing} # <- invalid-data-schema\n${document("BootAction", "a", "site", "")}`,
  "a version of ours nobody knows": document("drydock/Network/v2 # <- unknown-version", "a", "site", ""),
  "a kind of ours with a slip": document("drydock/Netwrok/v1 # <- unknown-kind", "a", "site", ""),
  "our namespace with a slip": document("drydok/Network/v1 # <- invalid-schema", "a", "site", ""),
  "a schema of ours without a version": document("drydock/Network # <- invalid-schema", "a", "site", ""),
  "a document without a schema": document("x/X/v1", "a", "site", "").replace(
    "schema: x/X/v1\nmetadata:",
    "metadata: # <- invalid-schema",
  ),
  "a document of another tool": `${document("armada/Chart/v1 # <- foreign-document (info)", "a", "site", "")}${document("armada/Chart/v1", "b", "site", "")}`,
  "a name that is none": document("Network", "'a b' # <- invalid-name", "site", ""),
  "no name": `---\nschema: drydock/Network/v1\nmetadata:\n  storagePolicy: cleartext # <- missing-name\n  schema: metadata/Document/v1\n  layeringDefinition: {layer: site}\n`,
  "data that are a list": document("Network", "a", "site", "", "[] # <- wrong-type"),
};

/** The same without a layering policy: documents that are rendered, or should be. */
const withoutPolicy: Readonly<Record<string, string>> = {
  "an abstract document": `${document("HostProfile", "p # <- layering-policy-not-found", "global", "  labels: {k: v}\n  layeringDefinition: {layer: global, abstract: true}\n")}${document("HostProfile", "c", "site", `  layeringDefinition:\n    layer: site\n${selecting}`)}`,
  "one name in two layers": `${document("BootAction", "c", "global", "")}${document("BootAction", "c # <- layering-policy-not-found", "site", "")}`,
  "a value still to be substituted": `${source}${document("BootAction", "d # <- layering-policy-not-found", "site", `  substitutions: [{${src}, dest: {path: .t}}]\n`, "{t: HOST}")}`,
  "a policy that lists no layers": `---\nschema: deckhand/LayeringPolicy/v1\nmetadata: {schema: metadata/Control/v1, name: policy}\ndata: {layerOrder: site} # <- invalid-layering-policy\n${parent()}${child(selecting)}`,
  "a layer twice": `---\nschema: deckhand/LayeringPolicy/v1\nmetadata: {schema: metadata/Control/v1, name: policy}\ndata: {layerOrder: [site, site]} # <- invalid-layering-policy\n${parent()}`,
  "two policies": `${policy}${policy.replace("name: policy}", "name: other} # <- duplicate-layering-policy (warning)")}${parent()}`,
  "documents for sites of another type":
    "---\nschema: pegleg/SiteDefinition/v1\nmetadata: {schema: metadata/Document/v1, name: d}\ndata: {site_type: a}\n",
};

const read = (text: string, uri = "f.yaml") => readDesignFiles([{ uri, text }]);

describe("a document of the Deckhand form", () => {
  it.each(Object.entries(mistakes))("is reported: %s", (_, text) => {
    const files = { "f.yaml": policy + text };
    const { diagnostics } = read(files["f.yaml"]);
    expect(findingTexts(diagnostics)).toEqual(markedFindings(files));
    for (const { message, hint = "" } of diagnostics) {
      expect(message).toMatch(/^[^\n]{1,400}$/);
      expect(hint).toMatch(/^[^\n]{1,400}$/);
      expect(message).not.toContain("geheim");
    }
  });

  it.each(Object.entries(withoutPolicy))("is reported without a policy of its own: %s", (_, text) => {
    const files = { "f.yaml": text };
    expect(findingTexts(read(text).diagnostics)).toEqual(markedFindings(files));
  });

  it.each(["", policy])("declares no item where its name is none, which is told once", (first) => {
    const { documents, diagnostics } = read(`${first}${document("Network", "'a b'", "site", "")}`);
    expect(documents).toEqual([]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["invalid-name"]);
  });

  it("is told to call its data so where it says spec", () => {
    const text = "schema: drydock/Network/v1\nmetadata: {name: a}\nspec: {vlan: 5}\n";
    expect(read(text).diagnostics.map(({ severity, hint }) => [severity, hint])).toEqual([
      ["error", "did you mean data?"],
    ]);
  });

  it("has an example of every rule, here or beside", () => {
    const texts = [...Object.values(mistakes), ...Object.values(withoutPolicy)].join("\n");
    const marked = new Set([...texts.matchAll(/<- ([a-z-]+)/g)].map(([, rule]) => rule));
    const beside = ["other-site-type", "rendered-limit"];
    expect(Object.keys(LAYERING_RULES).filter((rule) => !marked.has(rule) && !beside.includes(rule))).toEqual([]);
  });

  it.each([
    [
      "a document that is rendered, with what is left of its envelope",
      document(
        "BootAction",
        "a",
        "site",
        `  replacement: true\n  substitutions: [{${src}, dest: {path: .t}}]\n  layeringDefinition:\n    layer: site\n${selecting}`,
      ),
    ],
    [
      "one with a schema, a name and data alone",
      "---\nschema: drydock/Network/v1\nmetadata: {name: a}\ndata: {cidr: 10.0.0.0/24}\n",
    ],
    [
      "control documents and sources",
      `${policy}${passphrase}${document("HostProfile", "h", "site", "  substitutions: [{src: {schema: deckhand/Passphrase/v1, name: pw, path: .}, dest: {path: .oob.credential}}]\n", "{oob: {}}")}`,
    ],
  ])("is fine: %s", (_, text) => {
    expect(read(text).diagnostics).toEqual([]);
  });

  it("isn't one that has the envelope of another form", () => {
    const files = { "f.yaml": "apiVersion: v1\nkind: Network\nschema: x # <- unknown-field\nmetadata: {name: a}\n" };
    expect(findingTexts(read(files["f.yaml"]).diagnostics)).toEqual(markedFindings(files));
  });

  it("has nothing to substitute where the paths of secrets are blotted out, as in rendered ones", () => {
    const sum = "0123456789abcdef".repeat(4);
    const redacted = `  - src: {schema: deckhand/Passphrase/v1, name: pw, path: ${sum}}\n    dest: {path: ${sum}}\n`;
    const { documents, diagnostics } = read(policy + passphrase + taking(redacted));
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(documents.map(({ complete }) => complete)).toEqual([true]);
  });

  it("is silent about what is wrong with documents of other tools that nobody needs", () => {
    const chart = document(
      "armada/Chart/v1",
      "a",
      "nowhere",
      "  substitutions: [{src: {schema: deckhand/Certificate/v1, name: c, path: .}, dest: {path: x}}]\n",
    );
    expect(findingTexts(read(policy + parent() + chart).diagnostics)).toEqual(["f.yaml:15 info foreign-document"]);
  });

  it("is told about what is wrong with documents of other tools it needs", () => {
    const versions = document(
      "pegleg/SoftwareVersions/v1",
      "v",
      "site",
      "  substitutions: [{src: {schema: ex/Lost/v1, name: c, path: .}, dest: {path: .x}}]\n",
      "{a: 1}",
    );
    const { diagnostics } = read(
      policy +
        versions +
        taking("  - {src: {schema: pegleg/SoftwareVersions/v1, name: v, path: .a}, dest: {path: .u}}\n"),
    );
    expect(findingTexts(diagnostics)).toEqual(["f.yaml:11 error substitution-source-not-found"]);
  });

  it("that is rendered already isn't refused for a policy that came along", () => {
    const rendered = document(
      "BootAction",
      "r",
      "site",
      `  replacement: true\n  labels: {k: v}\n  layeringDefinition:\n    layer: site\n${selecting}`,
      "{a: 1, x: 2}",
    );
    const other = document(
      "BootAction",
      "o",
      "type",
      "  layeringDefinition:\n    layer: type\n    parentSelector: {gone: x}\n    actions: [{method: merge, path: .}]\n",
      "{b: 1}",
    );
    const { documents, diagnostics } = read(policy + rendered + other);
    expect(documents.map(({ name, complete }) => [name, complete])).toEqual([
      ["r", true],
      ["o", true],
    ]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
