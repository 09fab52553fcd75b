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

describe("secrets", () => {
  const secret = (storagePolicy: string, schema: string): ShortDocument => ({
    schema,
    name: "pw",
    storagePolicy,
    data: "geheim",
  });
  const host = (name: string, more: Partial<ShortDocument>): ShortDocument => ({
    schema: "drydock/HostProfile/v1",
    name,
    data: {},
    ...more,
  });
  const into = (path: string, schema = "deckhand/Passphrase/v1") => ({
    subs: [{ schema, name: "pw", path: ".", dest: { path } }],
  });
  const shown = (...documents: readonly ShortDocument[]) =>
    renderShort(documents).diagnostics.map(({ rule, name, field }) => `${rule} ${name} ${field}`);

  it("are at home in a field for secrets", () => {
    expect(shown(secret("cleartext", "deckhand/Passphrase/v1"), host("h", into(".oob.credential")))).toEqual([]);
  });

  it("are told where everybody sees them, by their kind or by their policy", () => {
    expect(shown(secret("cleartext", "deckhand/Passphrase/v1"), host("h", into(".oob.account")))).toEqual([
      "secret-shown h oob.account",
    ]);
    expect(
      shown(secret("encrypted", "ex/Thing/v1"), host("h", into(".interfaces.eth0.device_link", "ex/Thing/v1"))),
    ).toEqual(['secret-shown h interfaces["eth0"].device_link']);
    expect(
      shown(secret("cleartext", "deckhand/PublicKey/v1"), host("h", into(".oob.account", "deckhand/PublicKey/v1"))),
    ).toEqual([]);
  });

  it("stay secret through parents, other sources and patterns", () => {
    const pw = secret("cleartext", "deckhand/Passphrase/v1");
    const parent = host("p", { ...into(".oob.account"), layer: "global", abstract: true, labels: { k: "v" } });
    expect(shown(pw, parent, host("c", { sel: { k: "v" }, data: { a: 1 } }))).toEqual(["secret-shown c oob.account"]);
    const middle: ShortDocument = {
      schema: "ex/Thing/v1",
      name: "t",
      data: { url: "http://PW@x" },
      subs: [{ schema: "deckhand/Passphrase/v1", name: "pw", path: ".", dest: { path: ".url", pattern: "PW" } }],
    };
    const end = host("e", {
      subs: [{ schema: "ex/Thing/v1", name: "t", path: ".url", dest: { path: ".platform.image" } }],
    });
    expect(shown(pw, middle, end)).toEqual(["secret-shown e platform.image"]);
  });
});

describe("a site that grows by itself", () => {
  const doubling = (
    count: number,
    data: (index: number) => unknown,
    sub: (index: number) => readonly object[],
  ): readonly ShortDocument[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `n${index}`,
      data: data(index),
      ...(index > 0 && { subs: sub(index) }),
    }));

  it("is refused when values multiply", () => {
    const documents = doubling(
      12,
      (index) => (index === 0 ? { v: [1, 2, 3, 4] } : {}),
      (index) => [0, 1, 2, 3].map((at) => ({ name: `n${index - 1}`, path: ".v", dest: { path: `.v[${at}]` } })),
    );
    const { errors, diagnostics } = renderShort(documents);
    expect(new Set(errors)).toEqual(new Set(["rendered-limit"]));
    expect(diagnostics.every(({ location }) => (location?.line ?? 0) > 2)).toBe(true);
  });

  it("is refused when texts multiply", () => {
    const documents = doubling(
      40,
      (index) => (index === 0 ? { v: "A".repeat(1000) } : { v: "A".repeat(1000) }),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v", pattern: "A" } }],
    );
    expect(renderShort(documents).errors).toContain("rendered-limit");
  });

  it("is refused when it becomes too deep", () => {
    const documents = doubling(
      80,
      (index) => (index === 0 ? { v: 1 } : {}),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v.w" } }],
    );
    expect(renderShort(documents).errors).toContain("rendered-limit");
  });

  it("is refused when all of it is too much", () => {
    const text = "x".repeat(1_000_000);
    const documents: readonly ShortDocument[] = [
      { name: "s", data: { v: [text, text, text] } },
      ...Array.from({ length: 50 }, (_, index) => ({
        name: `d${index}`,
        data: {},
        subs: [{ path: ".v", dest: { path: ".v" } }],
      })),
    ];
    const { errors } = renderShort(documents);
    expect(errors.length).toBeGreaterThan(5);
    expect(new Set(errors)).toEqual(new Set(["rendered-limit"]));
  });

  it("may be a chain as long as it likes", () => {
    const chain = doubling(
      3000,
      () => ({ v: 1 }),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v" } }],
    );
    expect(renderShort(chain).found).toEqual([]);
    const circle = chain.map((document, index) =>
      index === 0 ? { ...document, subs: [{ name: "n2999", path: ".v", dest: { path: ".v" } }] } : document,
    );
    expect(renderShort(circle).errors).toEqual(["substitution-dependency-cycle"]);
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
