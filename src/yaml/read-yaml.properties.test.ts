import { CORE_SCHEMA, dump, loadAll, mergeTag } from "js-yaml";
import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import type { SourcePosition, YamlDocument, YamlNode } from "./node.ts";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

const SAMPLE = `# a site
---
apiVersion: v1
kind: Network
metadata: {name: oob, tags: ['a', "b\\n"]}
spec:
  base: &base
    mtu: 1500
    note: |
      kept
        as written
  ranges:
    - type: static
      start: 172.16.100.15
    -
    - <<: *base
      mtu: 9000   # own
  text: one
    two
  '!gone': ~
--- # another
- 0644
- [1.10, {x: yes, y: }, *z]
- ? k
  : >-
   folded

   text
...
%YAML 1.2
---
é: "😀 \\u00e9"
`;

/** Strings of all Unicode but NUL, which the reader refuses in a text, and half surrogates. */
const string = fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\0", ""));
const key = fc.oneof(
  string,
  fc.constantFrom("__proto__", "constructor", "<<", "1", "true", "null", "", "---", "a: b", "!x"),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Number.isInteger(value)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.oneof(string, key, number, fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 12 }),
  ),
}));
const style = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  flowLevel: fc.constantFrom(-1, -1, 0, 1, 2),
  lineWidth: fc.constantFrom(-1, 40, 80),
  quoteStyle: fc.constantFrom("single" as const, "double" as const),
  forceQuotes: fc.boolean(),
  seqNoIndent: fc.boolean(),
  seqInlineFirst: fc.boolean(),
});

function plain({ root }: YamlDocument): unknown {
  return root === null ? null : nodeToPlain(root).tree;
}

/** The text at a position, found without the reader's own line table. */
function textAt(text: string, { line, column }: SourcePosition): string {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  return [...lines.slice(line - 1).join("")].slice(column - 1).join("");
}

function expectPlaced(text: string, node: YamlNode): void {
  const here = textAt(text, node.position);
  if (node.kind === "scalar") {
    const written = text.slice(node.start, node.end);
    expect(here.startsWith(written)).toBe(true);
    if (node.style === "plain") expect(written === node.text || written.includes("\n")).toBe(true);
    else expect(written).toMatch(node.style === "quoted" ? /^(?:'.*'|".*")$/s : /^[|>]/);
  } else if (node.kind === "list") {
    expect(here).toMatch(/^(?:-\s|\[)/);
    for (const item of node.items) expectPlaced(text, item);
  } else {
    for (const entry of node.entries) {
      const keyText = textAt(text, entry.keyPosition);
      expect(/^["'?]/.test(keyText) || keyText.startsWith(entry.key)).toBe(true);
      expectPlaced(text, entry.value);
    }
    const first = node.entries[0]?.keyPosition;
    expect(here.startsWith("{") || here.startsWith("? ") || (first !== undefined && here === textAt(text, first))).toBe(
      true,
    );
  }
}

describe("any tree", () => {
  it("dumped and read is the same, and each part is where its position says", () => {
    fc.assert(
      fc.property(value, style, (tree, options) => {
        const text = dump(tree, { ...options, noRefs: true });
        const { documents, diagnostics } = readYaml({ uri: "f", text });
        expect(diagnostics).toEqual([]);
        expect(documents.map(plain)).toEqual([tree]);
        const root = documents[0]?.root;
        if (root) expectPlaced(text, root);
      }),
      { numRuns: 300 },
    );
  });

  it("written with anchors and aliases is read as without", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), (trees) => {
        const tree = { once: trees, again: [...trees, trees], deep: { trees } };
        const { documents, diagnostics } = readYaml({ uri: "f", text: dump(tree) });
        expect(diagnostics).toEqual([]);
        expect(documents.map(plain)).toEqual([tree]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("any file of sound documents", () => {
  it("split and then parsed is what one parse of the whole gives", () => {
    const separator = fc.constantFrom("---\n", "--- # c\n", "...\n---\n", "...\n# c\n%YAML 1.2\n---\n", "# c\n---\n\n");
    const part = fc.tuple(separator, value, style);
    fc.assert(
      fc.property(
        fc.constantFrom("", "# c\n", "\ufeff", "\n"),
        fc.array(part, { maxLength: 5 }),
        fc.boolean(),
        (head, parts, crlf) => {
          const body = parts.map(([mark, tree, options]) => mark + dump(tree, { ...options, flowLevel: -1 })).join("");
          const text = crlf ? (head + body).replace(/\r?\n/g, "\r\n") : head + body;
          const { documents, diagnostics } = readYaml({ uri: "f", text });
          expect(diagnostics).toEqual([]);
          expect(documents.map(plain)).toEqual(loadAll(text, { schema: SCHEMA }));
          for (const document of documents) {
            expect(text.replace("\ufeff", "").split(/\r\n|\n|\r/)[document.firstLine - 1]).toBe(
              document.text.split(/\r\n|\n|\r/)[0],
            );
            expect(readYaml({ uri: "f", text: document.text }).documents.map(plain)).toEqual([plain(document)]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** One change of a text at a place given as a fraction of its length. */
type Change = (text: string, at: number) => string;
const piece = fc.constantFrom(
  ..."'\"[]{}:-?&*!|>%@`#,\t \n\r".split(""),
  ": ",
  "- ",
  "\n---\n",
  "\n...\n",
  "&a ",
  "*a",
  "*base",
  "!!int ",
  "!x ",
  "<<: ",
  "  ",
  "\u00a0",
  "\u0007",
  "\0",
  "😀",
  "\ufeff",
  "\ud800",
);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(
    (length): Change =>
      (text, at) =>
        text.slice(0, at) + text.slice(at + length),
  ),
  piece.map(
    (insert): Change =>
      (text, at) =>
        text.slice(0, at) + insert + text.slice(at),
  ),
  fc.integer({ min: 1, max: 60 }).map(
    (length): Change =>
      (text, at) =>
        text.slice(0, at + length) + text.slice(at),
  ),
);
const mutated = fc
  .array(fc.tuple(change, fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 6 })
  .map((changes) => changes.reduce((text, [apply, where]) => apply(text, Math.floor(where * text.length)), SAMPLE));

describe("any broken file", () => {
  it("yields documents and located, ordered diagnostics, and what the parser makes of it where it is sound", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const { documents, diagnostics } = readYaml({ uri: "f", text });
        const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
        let last = 0;
        for (const { message, hint, location, related } of diagnostics) {
          expect(message).toMatch(/^found .+, expected .+$/);
          expect(hint).toMatch(/^.+$/);
          for (const place of [location, ...related.map((each) => each.location)]) {
            const line = lines[(place?.line ?? 0) - 1];
            expect(line).toBeDefined();
            expect(place?.column).toBeGreaterThanOrEqual(1);
            expect(place?.column).toBeLessThanOrEqual([...(line ?? "")].length + 1);
          }
          expect(location?.line).toBeGreaterThanOrEqual(last);
          last = location?.line ?? 0;
        }
        const faults = diagnostics.filter(({ rule }) => rule === "yaml-syntax" || rule === "yaml-limit");
        const broken = documents.filter(({ complete }) => !complete);
        expect(faults).toHaveLength(broken.length);
        broken.forEach((document, index) => {
          const line = faults[index]?.location?.line ?? 0;
          expect(line).toBeGreaterThanOrEqual(document.firstLine);
          expect(line).toBeLessThanOrEqual(document.firstLine + document.text.split(/\r\n|\n|\r/).length);
        });
        const inexact = /"inexact":true/.test(JSON.stringify(documents));
        if (diagnostics.length === 0 && !inexact)
          expect(documents.map(plain)).toEqual(loadAll(text, { schema: SCHEMA }));
        if (diagnostics.length > 0 && diagnostics.every(({ severity }) => severity === "error")) {
          expect(() => loadAll(text, { schema: SCHEMA })).toThrow();
        }
      }),
      { numRuns: 2000 },
    );
  });
});
