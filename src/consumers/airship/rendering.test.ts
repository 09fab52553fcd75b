import { describe, expect, it } from "vitest";
import {
  policyDocument,
  renderShort,
  renderText,
  type ShortDocument,
  textOfDocuments,
  wholeDocument,
} from "../../../test/support/airship-documents.ts";
import { readDesignFiles } from "../read-design-files.ts";

const layered = (parent: unknown, child: unknown, ...actions: readonly string[]) =>
  renderShort([
    { name: "parent", layer: "global", abstract: true, labels: { k: "v" }, data: parent },
    { name: "child", sel: { k: "v" }, actions, data: child },
  ]);
const substituted = (source: unknown, data: unknown, ...subs: readonly object[]) =>
  renderShort([
    { name: "s", data: source },
    { name: "d", data, subs },
  ]);

describe("actions", () => {
  it.each<readonly [string, unknown, unknown, readonly string[], unknown]>([
    ["null overrides inside a mapping", { m: { a: 1 } }, { m: { a: null } }, ["merge ."], { m: { a: null } }],
    [
      "what counts as nothing elsewhere is a value",
      { a: 1, b: 1, c: 1 },
      { a: false, b: 0, c: "" },
      ["merge ."],
      { a: false, b: 0, c: "" },
    ],
    ["an empty list overrides", { l: [1] }, { l: [] }, ["merge ."], { l: [] }],
    ["a mapping in the place of a single value", { a: 1 }, { a: { b: 1 } }, ["merge ."], { a: { b: 1 } }],
    ["what no action names is lost", { a: 1 }, { b: 2, c: 3 }, ["merge .b"], { a: 1, b: 2 }],
    [
      "a list that is too short is filled up",
      { l: [] },
      { l: [0, 1, { x: 1 }] },
      ["merge .l[2]"],
      { l: [{}, {}, { x: 1 }] },
    ],
    [
      "replacing makes what is on the way",
      {},
      { a: { b: [{ c: 1 }] } },
      ["replace .a.b[0].c"],
      { a: { b: [{ c: 1 }] } },
    ],
    ["replacing doesn't merge", { a: { x: 1 } }, { a: { y: 1 } }, ["replace .a"], { a: { y: 1 } }],
    ["deleting everything", { a: 1 }, {}, ["delete ."], {}],
    ["deleting a member of a list", { l: [1, 2, 3] }, {}, ["delete .l[1]"], { l: [1, 3] }],
    ["a prefix of data", { a: { x: 1 } }, { a: { y: 1 } }, ["merge .data.a"], { a: { x: 1, y: 1 } }],
    ["data as a whole", { a: 1 }, { b: 1 }, ["merge $.data"], { a: 1, b: 1 }],
    [
      "a key that begins with data",
      { database: { x: 1 } },
      { database: { y: 1 } },
      ["merge .database"],
      { database: { x: 1, y: 1 } },
    ],
    ["a quoted key with a dot that isn't there yet", {}, { "a.b": 1 }, ["merge .'a.b'"], { "a.b": 1 }],
    [
      "every member",
      { l: [{ a: 1 }, { a: 2 }] },
      { l: [{ b: 1 }] },
      ["merge .l[*]"],
      {
        l: [
          { a: 1, b: 1 },
          { a: 2, b: 1 },
        ],
      },
    ],
    ["data of nothing in the parent", null, { a: 1 }, ["merge ."], { a: 1 }],
  ])("%s", (_, parent, child, actions, expected) => {
    const { result, errors } = layered(parent, child, ...actions);
    expect(errors).toEqual([]);
    expect(result).toEqual({ child: expected });
  });

  it("stop at the first that can't be done; the document keeps what it says, and nothing follows from it", () => {
    const text = textOfDocuments([
      policyDocument,
      wholeDocument({ name: "p", layer: "global", abstract: true, labels: { k: "v" }, data: { a: 1 } }),
      wholeDocument({ name: "c", sel: { k: "v" }, actions: ["merge .b", "replace .a"], data: { b: 1 } }),
    ]);
    const { documents } = readDesignFiles([{ uri: "f", text }]);
    expect(documents.map(({ name, complete, spec }) => [name, complete, JSON.parse(JSON.stringify(spec))])).toEqual([
      ["c", false, { b: 1 }],
    ]);
  });
});

describe("substitutions", () => {
  it.each<readonly [string, unknown, unknown, readonly object[], unknown]>([
    ["put with the type they have", { a: [1, true] }, {}, [{ path: ".a", dest: { path: ".x" } }], { x: [1, true] }],
    [
      "false, 0 and nothing written in quotes are values",
      { a: false, b: 0, c: "" },
      {},
      [
        { path: ".a", dest: { path: ".a" } },
        { path: ".b", dest: { path: ".b" } },
        { path: ".c", dest: { path: ".c" } },
      ],
      { a: false, b: 0, c: "" },
    ],
    [
      "a mapping at the top joins what is there",
      { a: 1, b: 2 },
      { b: { x: 1 }, c: 3 },
      [{ path: ".", dest: { path: "." } }],
      { a: 1, b: 2, c: 3 },
    ],
    [
      "one after another, each seeing the last",
      { a: "X", b: "y" },
      {},
      [
        { path: ".a", dest: { path: ".t" } },
        { path: ".b", dest: { path: ".t", pattern: "X" } },
      ],
      { t: "y" },
    ],
    [
      "numbers and truth values into texts",
      { n: 8, t: true },
      { u: "N-T" },
      [
        { path: ".n", dest: { path: ".u", pattern: "N" } },
        { path: ".t", dest: { path: ".u", pattern: "T" } },
      ],
      { u: "8-True" },
    ],
    [
      "backslashes as they are",
      { v: "\\1 \\d" },
      { u: "(V)" },
      [{ path: ".v", dest: { path: ".u", pattern: "V" } }],
      { u: "(\\1 \\d)" },
    ],
    [
      "dollars as they are",
      { v: "$& $1" },
      { u: "V" },
      [{ path: ".v", dest: { path: ".u", pattern: "V" } }],
      { u: "$& $1" },
    ],
    [
      "a pattern that isn't there changes nothing",
      { v: 1 },
      { u: "abc" },
      [{ path: ".v", dest: { path: ".u", pattern: "X" } }],
      { u: "abc" },
    ],
    [
      "the last member, and every one",
      { v: 1 },
      { l: [0, 0], m: [{}, {}] },
      [{ path: ".v", dest: [{ path: ".l[-1]" }, { path: ".m[*].x" }] }],
      { l: [0, 1], m: [{ x: 1 }, { x: 1 }] },
    ],
    ["no prefix is cut", { v: 1 }, {}, [{ path: ".v", dest: { path: ".data.a" } }], { data: { a: 1 } }],
    [
      "recursion makes a missing path",
      { v: 1 },
      {},
      [{ path: ".v", dest: { path: ".u", pattern: "X", recurse: { depth: -1 } } }],
      { u: {} },
    ],
    [
      "recursion of depth 0 touches nothing, -1 everything",
      { v: "y" },
      { a: ["X"], b: [["X", { c: "X" }]] },
      [
        {
          path: ".v",
          dest: [
            { path: ".a", pattern: "X", recurse: { depth: 0 } },
            { path: ".b", pattern: "X", recurse: { depth: -1 } },
          ],
        },
      ],
      { a: ["X"], b: [["y", { c: "y" }]] },
    ],
  ])("%s", (_, source, data, subs, expected) => {
    const { result, errors } = substituted(source, data, ...subs);
    expect(errors).toEqual([]);
    expect(result.d).toEqual(expected);
  });

  it("take a source that is one text as a whole, whatever the path", () => {
    const { result } = renderShort([
      { schema: "deckhand/PublicKey/v1", name: "k", data: "ssh-rsa AAAA" },
      {
        name: "d",
        data: {},
        subs: [{ schema: "deckhand/PublicKey/v1", name: "k", path: ".a.b", dest: { path: ".l[0]" } }],
      },
    ]);
    expect(result.d).toEqual({ l: ["ssh-rsa AAAA"] });
  });

  it("never change the source, nor what others take from it", () => {
    const { result } = renderShort([
      { name: "s", data: { m: { a: { b: "X" } }, v: "changed" } },
      {
        name: "d",
        data: {},
        subs: [
          { path: ".m", dest: { path: ".m" } },
          { path: ".v", dest: { path: ".m.a.b" } },
          { path: ".v", dest: { path: ".m", pattern: "X", recurse: { depth: -1 } } },
        ],
      },
      { name: "e", data: {}, subs: [{ path: ".m", dest: { path: ".m" } }] },
    ]);
    expect(result).toEqual({
      s: { m: { a: { b: "X" } }, v: "changed" },
      d: { m: { a: { b: "changed" } } },
      e: { m: { a: { b: "X" } } },
    });
  });

  it("follow chains, and control documents are sources, too", () => {
    const { result, found } = renderShort([
      { name: "a", data: {}, subs: [{ name: "b", path: ".v", dest: { path: ".v" } }] },
      { name: "b", data: {}, subs: [{ name: "c", path: ".v", dest: { path: ".v" } }] },
      {
        name: "c",
        data: {},
        subs: [{ schema: "deckhand/LayeringPolicy/v1", name: "policy", path: ".layerOrder[0]", dest: { path: ".v" } }],
      },
    ]);
    expect(found).toEqual([]);
    expect(result).toEqual({ a: { v: "global" }, b: { v: "global" }, c: { v: "global" } });
  });
});

describe("values of Python", () => {
  it.each([
    ["1.0", "1.0"],
    ["1.50", "1.5"],
    ["0644", "420"],
    ["0o17", "0o17"],
    ["yes", "True"],
    ["Off", "False"],
    ["'yes'", "yes"],
    ["1e3", "1e3"],
    ["-7", "-7"],
  ])("stand in texts as there: %s", (written, text) => {
    const source = `---\nschema: ex/V/v1\nmetadata: {schema: metadata/Document/v1, name: v, storagePolicy: cleartext, layeringDefinition: {layer: site}}\ndata: {x: ${written}}\n`;
    const taker = wholeDocument({
      name: "d",
      data: { t: "<V>" },
      subs: [{ schema: "ex/V/v1", name: "v", path: ".x", dest: { path: ".t", pattern: "V" } }],
    });
    expect(renderText(textOfDocuments([policyDocument]) + source + textOfDocuments([taker])).result).toEqual({
      d: { t: `<${text}>` },
    });
  });
});

describe("replacements", () => {
  const replaced = (abstract: boolean): readonly ShortDocument[] => [
    { name: "r", layer: "global", labels: { k: "v" }, abstract: true, data: { a: 1 } },
    { name: "r", layer: "type", sel: { k: "v" }, replacement: true, abstract, data: { b: 2 } },
    { name: "o", sel: { k: "v" }, data: {} },
    { name: "d", data: {}, subs: [{ name: "r", path: ".b", dest: { path: ".q" } }] },
  ];

  it("of an abstract document are concrete", () => {
    const { result, found } = renderShort(replaced(false));
    expect(found).toEqual([]);
    expect(result).toEqual({ r: { a: 1, b: 2 }, o: { a: 1, b: 2 }, d: { q: 2 } });
  });

  it("that are abstract take the name away, and still feed others", () => {
    expect(renderShort(replaced(true)).result).toEqual({ o: { a: 1, b: 2 }, d: { q: 2 } });
  });
});

describe("parents", () => {
  it("skip layers, and a document that fits its own selector is none of its own", () => {
    const { result, found } = renderShort([
      { name: "g", layer: "global", labels: { k: "v" }, data: { a: 1 } },
      { name: "c", labels: { k: "v" }, sel: { k: "v" }, data: { b: 1 } },
    ]);
    expect(found).toEqual([]);
    expect(result.c).toEqual({ a: 1, b: 1 });
  });

  it("may carry more labels, must carry all, and labels aren't inherited", () => {
    const { result } = renderShort([
      { name: "g", layer: "global", labels: { k: "v", l: "w", m: "x" }, data: { a: 1 } },
      { name: "t", layer: "type", labels: { l: "w" }, sel: { k: "v", l: "w" }, data: { b: 1 } },
      { name: "c", sel: { k: "v" }, data: { c: 1 } },
    ]);
    expect(result).toMatchObject({ t: { a: 1, b: 1 }, c: { a: 1, c: 1 } });
  });

  it("are no documents that direct others, whatever labels those have", () => {
    const schema = {
      schema: "deckhand/DataSchema/v1",
      metadata: { schema: "metadata/Control/v1", name: "ex/Other/v1", labels: { k: "v" } },
      data: {},
    };
    const documents: readonly ShortDocument[] = [
      { name: "g", layer: "global", labels: { k: "v" }, data: { a: 1 } },
      { name: "c", sel: { k: "v" }, data: { b: 1 } },
    ];
    expect(renderShort(documents, [policyDocument, schema])).toMatchObject({
      found: [],
      result: { c: { a: 1, b: 1 } },
    });
  });
});

describe("a document that broke off", () => {
  it("costs its children what they lack, and nothing more is told", () => {
    const parent = `---\nschema: drydock/HostProfile/v1\nmetadata:\n  schema: metadata/Document/v1\n  name: p\n  storagePolicy: cleartext\n  labels: {k: v}\n  layeringDefinition: {layer: global, abstract: true}\ndata:\n  oob: [\n`;
    const child = textOfDocuments([
      wholeDocument({
        schema: "drydock/HostProfile/v1",
        name: "c",
        sel: { k: "v" },
        actions: ["merge .oob.type", "delete .x"],
        data: { oob: { type: "ipmi" } },
      }),
    ]);
    const text = textOfDocuments([policyDocument]) + parent + child;
    const { found } = renderText(text);
    expect(found).toEqual(["error yaml-syntax"]);
    const { documents } = readDesignFiles([{ uri: "f", text }]);
    expect(documents.map(({ name, complete }) => [name, complete])).toEqual([["c", false]]);
  });
});
