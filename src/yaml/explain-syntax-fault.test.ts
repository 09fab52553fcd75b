import { describe, expect, it } from "vitest";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

interface Mistake {
  readonly name: string;
  readonly text: string;
  /** Line and column at which it must be reported. */
  readonly place: string;
  /** What the message and the hint must say. */
  readonly says: RegExp;
  readonly hint: RegExp;
  /** What is read of the document before it. */
  readonly left: unknown;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: "a line deeper than its sibling, whose value it seems to go on",
    text: "ranges:\n    - type: static\n       start: 1\n       end: 2\n    dns:\n",
    place: "3:8",
    says: /^found 'start' indented by 7 spaces, expected 6 spaces as 'type' on line 2$/,
    hint: /^line 3 is indented deeper than its sibling on line 2/,
    left: { ranges: [{ type: "static" }] },
  },
  {
    name: "a line between two indentations",
    text: "spec:\n    a: 1\n  b: 2\n",
    place: "3:3",
    says: /'b' indented by 2 spaces, expected 0 spaces as 'spec' on line 1, or 4 spaces as 'a' on line 2/,
    hint: /align it/,
    left: { spec: { a: 1 } },
  },
  {
    name: "an item at no list's indentation",
    text: "a:\n  - x\n - y\n",
    place: "3:2",
    says: /1 space, expected 2 spaces as the list on line 2/,
    hint: /align it/,
    left: { a: ["x"] },
  },
  {
    name: "a document that begins indented",
    text: " a: 1\nb: 2\n",
    place: "2:1",
    says: /'b' indented by 0 spaces, expected 1 space as 'a' on line 1/,
    hint: /align it/,
    left: { a: 1 },
  },
  {
    name: "a tab in the indentation",
    text: "spec:\n  a: 1\n\tb: 2\n",
    place: "3:1",
    says: /U\+0009 \(tab\) in the indentation, expected spaces/,
    hint: /spaces only/,
    left: { spec: { a: 1 } },
  },
  {
    name: "a no-break space in the indentation",
    text: "a:\n\u00a0 b: 1\n  c: 1\n",
    place: "2:1",
    says: /U\+00A0 \(no-break space\)/,
    hint: /spaces only/,
    left: { a: null, "\u00a0 b": 1 },
  },
  {
    name: "a single quote never closed",
    text: "x: 1\na: 'foo\nb: bar\nc: 2\n",
    place: "2:4",
    says: /single quote that is never closed, expected a closing '/,
    hint: /close the quote on line 2/,
    left: { x: 1 },
  },
  {
    name: "a double quote never closed, before other quotes",
    text: 's:\n  x: 1\n  a: "foo\n  b: "bar"\n',
    place: "3:6",
    says: /double quote that is never closed/,
    hint: /line 3/,
    left: { s: { x: 1 } },
  },
  {
    name: "a quote never closed, many lines above the end",
    text: `x: 1\ny: "${"\n text".repeat(300)}\n`,
    place: "2:4",
    says: /double quote that is never closed/,
    hint: /line 2/,
    left: { x: 1 },
  },
  {
    name: "a bracket never closed",
    text: "x: 1\na: [[1], 2\nb: 3\n",
    place: "2:4",
    says: /bracket that is never closed, expected a closing \]/,
    hint: /line 2/,
    left: { x: 1 },
  },
  {
    name: "a brace never closed at the end",
    text: "x: 1\na: {p: 1,\n  q: 2\n",
    place: "2:4",
    says: /bracket that is never closed, expected a closing \}/,
    hint: /line 2/,
    left: { x: 1 },
  },
  {
    name: "a bracket closed by a brace",
    text: "x: 1\na: [1, 2}\nb: 1",
    place: "2:9",
    says: /found '\}', expected ',' or '\]'/,
    hint: /\] closes \[/,
    left: { x: 1 },
  },
  {
    name: "a comma too many in JSON",
    text: '{"a": 1,\n"b": 2,,\n}\n',
    place: "2:8",
    says: /found ',', expected a value before the comma/,
    hint: /the brackets opened on line 1/,
    left: null,
  },
  {
    name: "a comma too few",
    text: 'x: 1\na: [1, "x" "y"]\n',
    place: "2:12",
    says: /found '"', expected ',' or the closing bracket/,
    hint: /parted by commas/,
    left: { x: 1 },
  },
  {
    name: "a template",
    text: "{% if x %}\na: 1\n{% endif %}\n",
    place: "1:2",
    says: /marker of a template/,
    hint: /render the template/,
    left: null,
  },
  {
    name: "no space behind a colon, noticed a line later",
    text: "s:\n  a: 1\n  b:2\n  c: 3\n",
    place: "3:4",
    says: /no space behind the ':' of 'b'/,
    hint: /put a space/,
    left: { s: { a: 1 } },
  },
  {
    name: "no space behind the first colon",
    text: "b:2\nc: 3\n",
    place: "1:2",
    says: /no space behind the ':' of 'b'/,
    hint: /put a space/,
    left: null,
  },
  {
    name: "no space behind a dash",
    text: "a:\n  - x\n  -y\n  - z\n",
    place: "3:3",
    says: /'-' without a space/,
    hint: /put a space/,
    left: { a: ["x"] },
  },
  {
    name: "no colon, in the middle of a map",
    text: "s:\n  a: 1\n  cidr 10.0.0.0/8\n  mtu: 1\n",
    place: "3:3",
    says: /a line without a ':', expected a key/,
    hint: /write it as cidr:/,
    left: { s: { a: 1 } },
  },
  {
    name: "no colon, on the first line of a map",
    text: "s:\n  cidr 10.0.0.0/8\n  mtu: 1\n",
    place: "2:3",
    says: /a line without a ':'/,
    hint: /write it as cidr:/,
    left: {},
  },
  {
    name: "a key inside a text of several lines",
    text: "a: 1\nd:\n  some long text\n  note: more\n",
    place: "4:3",
    says: /a ': ' inside the text of the lines before/,
    hint: /text that begins on line 3/,
    left: { a: 1, d: "some long text" },
  },
  {
    name: "a second colon in a value",
    text: "a: 1\nd: Describe: it\n",
    place: "2:12",
    says: /a second ': ' on the line of the key 'd'/,
    hint: /whole value in quotes/,
    left: { a: 1 },
  },
  {
    name: "text behind a closing quote",
    text: "a: 1\nb: 'foo' bar\n",
    place: "2:10",
    says: /more text behind the closing '/,
    hint: /one pair of quotes/,
    left: { a: 1 },
  },
  {
    name: "a reserved character",
    text: "a: 1\nb: %50\n",
    place: "2:4",
    says: /begins with '%'/,
    hint: /in quotes/,
    left: { a: 1 },
  },
  {
    name: "a lone asterisk",
    text: "a: 1\nb: *\n",
    place: "2:4",
    says: /an unquoted '\*', expected the name of an anchor/,
    hint: /needs quotes/,
    left: { a: 1 },
  },
  {
    name: "an unquoted removal key",
    text: "nets:\n  a: 1\n  !mgmt: x\n  pxe: y\n",
    place: "3:3",
    says: /unquoted key that begins with '!'/,
    hint: /key in quotes/,
    left: { nets: { a: 1 } },
  },
  {
    name: "an unquoted removal key that comes first",
    text: "nets:\n  !mgmt: x\n  pxe: y\n",
    place: "2:3",
    says: /unquoted key that begins with '!'/,
    hint: /key in quotes/,
    left: {},
  },
  {
    name: "a backslash in double quotes",
    text: 'a: 1\nb: "C:\\dir"\n',
    place: "2:7",
    says: /backslash that begins no known escape/,
    hint: /single quotes/,
    left: { a: 1 },
  },
  {
    name: "text behind a block's mark",
    text: "a: 1\nb: |x\n  y\n",
    place: "2:5",
    says: /behind the '\|' or '>'/,
    hint: /next line/,
    left: { a: 1 },
  },
  {
    name: "an item where the map goes on",
    text: "a: 1\n- b\n",
    place: "2:1",
    says: /an item of a list \('-'\), expected a key, as on line 1/,
    hint: /share an indentation/,
    left: { a: 1 },
  },
  {
    name: "a key where the list goes on",
    text: "- a\nb: 1\n",
    place: "2:1",
    says: /a key, expected an item beginning with '- ', as on line 1/,
    hint: /share an indentation/,
    left: ["a"],
  },
  {
    name: "a merge conflict",
    text: "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n",
    place: "2:1",
    says: /marker of a merge conflict/,
    hint: /resolve the conflict/,
    left: { a: 1 },
  },
  {
    name: "text behind the end of a document",
    text: "a: 1\n... b\n",
    place: "2:5",
    says: /text behind '\.\.\.'/,
    hint: /line of its own/,
    left: { a: 1 },
  },
];

describe("a syntax error", () => {
  it.each(MISTAKES)("is located and explained: $name", ({ text, place, says, hint, left }) => {
    const before = "# first\n---\nsound: 1\nsound: 2\n---\n";
    const after = "---\nsound: 3\n";
    const { documents, diagnostics } = readYaml({ uri: "f", text: `${before}${text.trimEnd()}\n${after}` });
    const [line, column] = place.split(":").map(Number);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["yaml-duplicate-key", "yaml-syntax"]);
    const error = diagnostics[1];
    expect(error?.location).toEqual({ uri: "f", line: (line ?? 0) + 5, column });
    const shifted = (words = "") => words.replace(/line (\d+)/g, (_, number) => `line ${Number(number) - 5}`);
    expect(shifted(error?.message)).toMatch(says);
    expect(shifted(error?.hint)).toMatch(hint);
    const [, broken, sound] = documents;
    expect(documents).toHaveLength(3);
    expect(broken?.complete).toBe(false);
    expect(broken?.root === null ? null : broken && nodeToPlain(broken.root).tree).toEqual(left);
    expect(sound?.root && nodeToPlain(sound.root).tree).toEqual({ sound: 3 });
  });

  it.each(MISTAKES)("is found in a file with Windows line ends: $name", ({ text, place }) => {
    const { diagnostics } = readYaml({ uri: "f", text: text.replaceAll("\n", "\r\n") });
    expect(diagnostics.map(({ rule, location }) => `${rule} ${location?.line}:${location?.column}`)).toEqual([
      `yaml-syntax ${place}`,
    ]);
  });

  it("hides nothing that precedes it in its document, and drops the empty value it cuts off", () => {
    const { documents, diagnostics } = readYaml({ uri: "f", text: "a: 1\na: 2\nb: *c\nd:\n  - e\n  - f: 'x\n" });
    expect(diagnostics.map(({ rule, location }) => `${rule} ${location?.line}`)).toEqual([
      "yaml-duplicate-key 2",
      "yaml-alias 3",
      "yaml-syntax 6",
    ]);
    expect(documents[0]?.root && nodeToPlain(documents[0].root).tree).toEqual({ a: 1, b: "*c", d: ["e"] });
  });

  it("is reported in a directive that no document follows", () => {
    const { diagnostics } = readYaml({ uri: "f", text: "%YAML 1.2\na: 1\n" });
    expect(diagnostics).toMatchObject([{ rule: "yaml-syntax", location: { line: 2, column: 1 } }]);
    expect(diagnostics[0]?.message).toContain("a directive that is not sound");
  });

  it("repeats no value in its words", () => {
    const secret = "hunter2";
    const texts = [
      `password: ${secret}: x`,
      `password: '${secret}' ${secret}`,
      `password: [${secret}`,
      `a: 1\npassword ${secret}\nb: 2`,
      `a: 1\n   password: ${secret}`,
      `password: '${secret}`,
      `password: *${secret}`,
      `password: !${secret}`,
      `password: %${secret}`,
      `password: |${secret}`,
    ];
    for (const text of texts) {
      const { diagnostics } = readYaml({ uri: "f", text });
      expect(diagnostics.length, text).toBeGreaterThan(0);
      expect(JSON.stringify(diagnostics), text).not.toContain(secret);
    }
  });
});

it.each([
  ["digits", "a: 1\n", "1", ""],
  ["words and dots", "a: 1\n", "a.-", "\nb: c"],
  ["dashes", "", "-", " x: y: z"],
  ["dashes and spaces", "a: 1\n", "- ", "]"],
  ["spaces behind a quote", 'a: "x"', " ", "b: c"],
  ["colons", "a: 1\n", "b:", " {"],
  ["quotes", "a: 1\n", "'\"", ": b: c"],
])("a line of a million %s is explained at once, too", (_, before, many, after) => {
  const { diagnostics } = readYaml(
    { uri: "f", text: before + many.repeat(1_000_000 / many.length) + after },
    { keyLength: 2_000_000 },
  );
  expect(diagnostics.map(({ rule }) => rule).slice(0, 1)).toEqual([expect.stringMatching(/^yaml-/)]);
});
