import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fc } from "../../test/support/property.ts";
import type { Tree } from "../design/tree.ts";
import { isTreeMap } from "../design/tree.ts";
import { nodeToPlain } from "../yaml/node-to-plain.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import { type WrittenList, type WrittenMap, type WrittenNode, writeYaml } from "./write-yaml.ts";

function written(tree: Tree): WrittenNode {
  if (Array.isArray(tree))
    return { type: "list", items: tree.map((each: Tree) => ({ above: [], value: written(each) })) };
  if (!isTreeMap(tree)) return { type: "scalar", value: tree as string | number | boolean | null };
  return {
    type: "map",
    entries: Object.entries(tree).map(([key, value]) => ({ above: [], key, value: written(value) })),
  };
}

const text = (tree: Tree) => `${writeYaml(written(tree) as WrittenMap | WrittenList).join("\n")}\n`;

const odd = [
  ...[
    "",
    " ",
    "017",
    "0o17",
    "0x1f",
    "yes",
    "No",
    "on",
    "null",
    "~",
    "1.10",
    "1e3",
    ".inf",
    "-1",
    "!",
    "!name",
    "true",
  ],
  ...["2017-02-17", "12:30:45", "52:54:00:12:34:56", "::/0", "fd00::1", "a: b", "a #b", "#a", "- a", "a:", "a ", " a"],
  ...[
    "@a",
    "`a",
    "%a",
    "&a",
    "*a",
    "|",
    ">",
    "{a}",
    "[a]",
    "a, b",
    "'",
    '"',
    "\\",
    "---",
    "...",
    "<<",
    "=",
    "?",
    "? a",
  ],
  ...[
    "a\nb",
    "a\nb\n",
    "a\n\n",
    "\na",
    "\n",
    " a\nb",
    "a\n b\n\n\n",
    "a\r\nb",
    "a\n \nb",
    "\ta\nb",
    "a\n\t\nb",
    "a\tb",
  ],
  ...[
    "\u0001",
    "\u007f",
    "\u0085",
    "\u2028x",
    "a\u2028\nb",
    "\ufeff",
    "\u{1f600}",
    "ü\nß",
    "a\u00a0b",
    "k: v\n# no comment\n",
  ],
  ...[
    "#!/bin/sh\necho '{{ x }}'\n",
    "x".repeat(1001),
    "<secret>",
    "10.0.0.1",
    "10.0.0.0/24",
    "50g",
    "802.3ad",
    "1_000",
    "0b11",
  ],
];

const value: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<string | number | boolean | null>(...odd, 0, 1500, true, false, null),
    fc.string({ unit: "grapheme" }).filter((each) => !each.includes("\0")),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...odd), tie("tree"), { maxKeys: 4 }),
  ),
})).tree;

describe("YAML as it is written", () => {
  it("reads back as the same value, by our reader and by others of YAML 1.2 and 1.1", () => {
    fc.assert(
      fc.property(value, (tree) => {
        const doc = text([tree]);
        const { documents, diagnostics } = readYaml({ uri: "a.yaml", text: doc });
        expect(diagnostics).toEqual([]);
        const root = documents[0]?.root;
        expect(root && nodeToPlain(root).tree).toEqual([tree]);
        expect(load(doc)).toEqual([tree]);
        expect(parse(doc)).toEqual([tree]);
        expect(parse(doc, { version: "1.1" })).toEqual([tree]);
      }),
      { numRuns: 500 },
    );
  });

  it("is plain where that is clear, and a block where there are lines", () => {
    const tree = {
      a: "jammy",
      b: "10.0.0.0/24",
      c: "50g",
      d: "017",
      e: "yes",
      f: "!x",
      g: "one\ntwo\n",
      h: [],
      i: [{ k: 1, m: [2] }],
    };
    expect(text(tree)).toBe(`a: jammy
b: 10.0.0.0/24
c: 50g
d: "017"
e: "yes"
f: "!x"
g: |
  one
  two
h: []
i:
  - k: 1
    m:
      - 2
`);
  });

  it("has the comments where they belong", () => {
    const node: WrittenMap = {
      type: "map",
      entries: [
        { key: "a", value: { type: "scalar", value: "x\ny" }, above: ["# one", "# two"], behind: "# three" },
        {
          ...{ key: "b", above: [], behind: "# four" },
          value: {
            type: "list",
            items: [
              { value: { type: "scalar", value: 1 }, above: ["# five"], behind: "# six" },
              {
                ...{ above: ["# seven"], behind: "# eight" },
                value: {
                  type: "map",
                  entries: [{ key: "c", value: { type: "list", items: [] }, above: [], behind: "# nine" }],
                },
              },
              {
                above: [],
                value: {
                  type: "map",
                  entries: [{ key: "d", value: { type: "scalar", value: null }, above: ["# ten"] }],
                },
              },
            ],
          },
        },
      ],
    };
    expect(writeYaml(node).join("\n")).toBe(`# one
# two
a: |- # three
  x
  y
b: # four
  # five
  - 1 # six
  # seven
  # eight
  - c: [] # nine
  -
    # ten
    d: null`);
  });
});
