import { describe, expect, it } from "vitest";
import type { YamlMap, YamlNode } from "./node.ts";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

function read(text: string) {
  const { documents, diagnostics } = readYaml({ uri: "site.yaml", text });
  return {
    documents,
    diagnostics,
    plain: documents.map(({ root }) => (root === null ? null : nodeToPlain(root).tree)),
    places: diagnostics.map(({ rule, location }) => `${rule} ${location?.line}:${location?.column}`),
  };
}

function at(node: YamlNode | null | undefined, ...path: (string | number)[]): YamlNode {
  if (node === null || node === undefined) throw new Error("no such node");
  const [first, ...rest] = path;
  if (first === undefined) return node;
  if (node.kind === "map") return at(node.entries.find((entry) => entry.key === first)?.value, ...rest);
  return at(node.kind === "list" ? node.items[Number(first)] : undefined, ...rest);
}

function positionOf(node: YamlNode): string {
  return `${node.position.line}:${node.position.column}`;
}

describe("splitting into documents", () => {
  it("takes a file without markers as one document", () => {
    expect(read("# a comment\na: 1\n")).toMatchObject({ plain: [{ a: 1 }], diagnostics: [] });
  });

  it("finds no document in a file of comments and blank lines", () => {
    for (const text of ["", "\n\n", "# only\n  # comments\n", "...\n", "# x\n...\n# y\n"]) {
      expect(read(text)).toMatchObject({ documents: [], diagnostics: [] });
    }
  });

  it("drops a part of comments before the first marker", () => {
    const { documents, plain } = read("# licence\n\n---\na: 1\n---\nb: 2\n");
    expect(plain).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents.map(({ index, firstLine, text }) => ({ index, firstLine, text }))).toEqual([
      { index: 0, firstLine: 3, text: "---\na: 1\n" },
      { index: 1, firstLine: 5, text: "---\nb: 2\n" },
    ]);
  });

  it("gives an empty document between markers a null root", () => {
    const { documents, diagnostics } = read("---\n---\n# nothing\n--- a\n...\n---\n");
    expect(documents.map(({ root }) => root?.kind ?? null)).toEqual([null, null, "scalar", null]);
    expect(documents.map(({ position }) => position.line)).toEqual([1, 2, 4, 6]);
    expect(documents.every(({ complete }) => complete)).toBe(true);
    expect(diagnostics).toEqual([]);
  });

  it("ends a document at a marker even inside a block scalar", () => {
    const { plain, diagnostics } = read("text: |\n  one\n---\nb: 2\n");
    expect(plain).toEqual([{ text: "one\n" }, { b: 2 }]);
    expect(diagnostics).toEqual([]);
  });

  it("takes no marker from a line that only begins like one, or that is indented", () => {
    expect(read("a: |\n ---\n ...\nb: ---x\n---x: 1\n....: 2\n").plain).toEqual([
      { a: "---\n...\n", b: "---x", "---x": 1, "....": 2 },
    ]);
  });

  it("gives directives to the document behind them", () => {
    const { documents, diagnostics } = read("a: 1\n...\n# second\n%YAML 1.2\n# still\n---\nb: 2\n");
    expect(diagnostics).toEqual([]);
    expect(documents[1]?.text).toBe("%YAML 1.2\n# still\n---\nb: 2\n");
    expect(documents[1]?.firstLine).toBe(4);
  });

  it("reports a directive that no end of a document precedes, and loads the document behind it", () => {
    const { places, plain } = read("a: 1\n%YAML 1.2\n---\nb: 2\n");
    expect(places).toEqual(["yaml-syntax 2:1"]);
    expect(plain).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it("reads what stands on the line of a marker", () => {
    expect(read("--- {a: 1}\n--- # nothing\nb: 2\n--- |\n text\n").plain).toEqual([{ a: 1 }, { b: 2 }, "text\n"]);
  });

  it("loads sound documents beside a broken one", () => {
    const { plain, documents, places } = read("a: 1\n---\nb: [1\n---\nc: 3\n");
    expect(plain).toEqual([{ a: 1 }, null, { c: 3 }]);
    expect(documents.map(({ complete }) => complete)).toEqual([true, false, true]);
    expect(places).toEqual(["yaml-syntax 3:4"]);
  });
});

describe("positions", () => {
  it("are those of the whole file, of keys and of values", () => {
    const { documents } = read("# c\n---\na: 1\n---\nspec:\n  nets:\n  - name: x\n    to: {p: [q]}\n");
    const root = documents[1]?.root;
    expect(documents[1]?.position).toEqual({ line: 5, column: 1 });
    expect(positionOf(at(root, "spec"))).toBe("6:3");
    expect(positionOf(at(root, "spec", "nets"))).toBe("7:3");
    expect(positionOf(at(root, "spec", "nets", 0))).toBe("7:5");
    expect(positionOf(at(root, "spec", "nets", 0, "name"))).toBe("7:11");
    expect(positionOf(at(root, "spec", "nets", 0, "to"))).toBe("8:9");
    expect(positionOf(at(root, "spec", "nets", 0, "to", "p", 0))).toBe("8:14");
    expect((at(root, "spec") as YamlMap).entries[0]?.keyPosition).toEqual({ line: 6, column: 3 });
  });

  it("count a CRLF and a lone CR as one line break", () => {
    const { documents, diagnostics } = read("a: 1\r\nb:\r\n- x\r\rc: 2\n");
    expect(diagnostics).toEqual([]);
    expect(positionOf(at(documents[0]?.root, "b", 0))).toBe("3:3");
    expect(positionOf(at(documents[0]?.root, "c"))).toBe("5:4");
  });

  it("give a byte-order mark no column", () => {
    const { documents, diagnostics } = read("\ufeffa: 1\nb: 2\n");
    expect(diagnostics).toEqual([]);
    expect(documents[0]?.root?.position).toEqual({ line: 1, column: 1 });
    expect(read("\ufeff# c\n---\na: 1\n\ufeff---\nb: 2\n").plain).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it("count columns in code points", () => {
    const { documents, places } = read("é: {😀😀: ä, '😀': x, z: y}\nb: [😀, 😀, !x 1]\n");
    expect(positionOf(at(documents[0]?.root, "é", "😀😀"))).toBe("1:9");
    expect(positionOf(at(documents[0]?.root, "é", "z"))).toBe("1:23");
    expect(positionOf(at(documents[0]?.root, "b", 1))).toBe("2:8");
    expect(places).toEqual(["yaml-tag 2:11"]);
  });

  it("of quoted texts and blocks are those of the quote and of the | or >", () => {
    const { documents } = read(`a: "x"\nb: 'y'\nc: | # c | d\n  z\nd: &x >-\n\n  w\ne:\n  |\n  v\n`);
    const root = documents[0]?.root;
    const found = ["a", "b", "c", "d", "e"].map((key) => positionOf(at(root, key)));
    expect(found).toEqual(["1:4", "2:4", "3:4", "5:7", "9:3"]);
    const styles = ["a", "c"].map((key) => at(root, key)).map((node) => node.kind === "scalar" && node.style);
    expect(styles).toEqual(["quoted", "block"]);
  });

  it("of empty values are behind the colon, or at the dash", () => {
    const { documents } = read("a:\nb: # none\nc:\n-\n- \n- x\n-\n'd' : \ne: {f, g: , h: !!null }\n");
    const root = documents[0]?.root;
    expect(["a", "b", "d"].map((key) => positionOf(at(root, key)))).toEqual(["1:3", "2:3", "8:6"]);
    expect([0, 1, 2, 3].map((item) => positionOf(at(root, "c", item)))).toEqual(["4:1", "5:1", "6:3", "7:1"]);
    expect(["f", "g", "h"].map((key) => positionOf(at(root, "e", key)))).toEqual(["9:6", "9:10", "9:16"]);
  });

  it("tell the span of a scalar in its document's text", () => {
    const { documents } = read(`---\nx: 1\n---\na: "q\\n" # c\nb: plain\n  more\nc: |\n  block\n`);
    const text = documents[1]?.text ?? "";
    const spans = ["a", "b", "c"].map((key) => {
      const node = at(documents[1]?.root, key);
      return node.kind === "scalar" && text.slice(node.start, node.end);
    });
    expect(spans).toEqual(['"q\\n"', "plain\n  more", "|\n  block\n"]);
  });
});

describe("scalars", () => {
  it("have core schema values and the text as written", () => {
    const text =
      "[yes, no, on, 0644, 1.10, 0x1F, 0o17, ~, null, true, 2017-02-17, 12:30:45, 1_000, -0.5e1, 'true', \"1\"]";
    const root = read(text).documents[0]?.root;
    const scalars = root?.kind === "list" ? root.items.filter((item) => item.kind === "scalar") : [];
    expect(scalars.map((scalar) => scalar.value)).toEqual([
      "yes",
      "no",
      "on",
      644,
      1.1,
      31,
      15,
      null,
      null,
      true,
      "2017-02-17",
      "12:30:45",
      "1_000",
      -5,
      "true",
      "1",
    ]);
    expect(scalars.map((scalar) => scalar.text)).toEqual([
      "yes",
      "no",
      "on",
      "0644",
      "1.10",
      "0x1F",
      "0o17",
      "~",
      "null",
      "true",
      "2017-02-17",
      "12:30:45",
      "1_000",
      "-0.5e1",
      "true",
      "1",
    ]);
  });

  it("never give a number that isn't the one written", () => {
    const texts = [
      "9007199254740993",
      "-12345678901234567890",
      "0xFFFFFFFFFFFFFFFFF",
      "1e400",
      "9".repeat(400),
      ".inf",
      "-.INF",
      ".nan",
    ];
    for (const text of texts) {
      expect(read(`a: ${text}`).documents[0]?.root).toMatchObject({
        entries: [{ value: { value: text, text, inexact: true } }],
      });
    }
    expect(read("a: 9007199254740991").plain).toEqual([{ a: 9007199254740991 }]);
  });

  it("decode quotes, escapes and folding in value and text alike", () => {
    const { plain, documents } = read(`a: 'it''s'\nb: "\\u00e9\\n"\nc: >\n  one\n  two\nd: one\n  two\n`);
    expect(plain).toEqual([{ a: "it's", b: "é\n", c: "one two\n", d: "one two" }]);
    expect(at(documents[0]?.root, "a")).toMatchObject({ text: "it's" });
  });

  it("hold no character that can't be stored", () => {
    const { plain, places } = read(`a: "x\\0y"\nb: "\\ud800"\nc: "\\ud83d\\ude00"\n`);
    expect(plain).toEqual([{ a: "x\ufffdy", b: "\ufffd", c: "😀" }]);
    expect(places).toEqual(["yaml-character 1:4", "yaml-character 2:4"]);
  });
});

describe("text", () => {
  it("refuses binary data where it begins", () => {
    expect(read("a: 1\nb: x\0y\n")).toMatchObject({ documents: [], places: ["not-text 2:5"] });
    expect(read("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0010 GIF\u0011\ufffd")).toMatchObject({
      documents: [],
      places: ["not-text 1:1"],
    });
  });

  it("takes a lone control character for a mistake in one document", () => {
    expect(read("a: x\u0007y\n---\nb: 1\n")).toMatchObject({ plain: [null, { b: 1 }], places: ["yaml-syntax 1:5"] });
  });
});

describe("diagnostics", () => {
  it("are all there, by line, each on one line with what was found, what was expected and a hint", () => {
    const { diagnostics, places } = read(
      "a: 1\na: 2\nb: *none\n---\nc: !vault x\nc: 1\nc: 2\nd: [\n---\ne:\n  <<: 1\n  ? [k]\n  : v\n",
    );
    expect(places).toEqual([
      "yaml-duplicate-key 2:1",
      "yaml-alias 3:4",
      "yaml-tag 5:4",
      "yaml-duplicate-key 6:1",
      "yaml-duplicate-key 7:1",
      "yaml-syntax 8:4",
      "yaml-merge 11:3",
      "yaml-key 12:5",
    ]);
    for (const { message, hint, location } of diagnostics) {
      expect(message).toMatch(/^found .+, expected .+$/);
      expect(hint).toMatch(/^.+$/);
      expect(location?.uri).toBe("site.yaml");
    }
  });
});
