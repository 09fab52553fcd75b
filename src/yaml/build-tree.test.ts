import { describe, expect, it } from "vitest";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

function read(text: string) {
  const { documents, diagnostics } = readYaml({ uri: "f", text });
  const root = documents[0]?.root ?? null;
  return {
    root,
    plain: root === null ? null : nodeToPlain(root).tree,
    places: diagnostics.map(({ rule, location }) => `${rule} ${location?.line}:${location?.column}`),
    diagnostics,
  };
}

describe("duplicate keys", () => {
  it("keep the first and are each reported at their own place, with the first", () => {
    const { plain, diagnostics, places } = read("m:\n  name: oob\n  date: x\n  name: title\n  'name': third\nm: 1\n");
    expect(plain).toEqual({ m: { name: "oob", date: "x" } });
    expect(places).toEqual(["yaml-duplicate-key 4:3", "yaml-duplicate-key 5:3", "yaml-duplicate-key 6:1"]);
    expect(diagnostics[0]).toEqual({
      rule: "yaml-duplicate-key",
      severity: "error",
      message: "found the key 'name' a second time in one map, expected each key once; the first, on line 2, is kept",
      hint: "remove one of the two, or rename it",
      location: { uri: "f", line: 4, column: 3 },
      related: [{ message: "the first is kept", location: { uri: "f", line: 2, column: 3 } }],
    });
    expect(diagnostics[1]?.related[0]?.location.line).toBe(2);
  });

  it("are found in maps of many entries, in brackets, and inside values that are dropped", () => {
    const many = Array.from({ length: 40 }, (_, n) => `k${n}: ${n}\n`).join("");
    expect(read(`${many}k0: again\nk39: again\n`).places).toEqual([
      "yaml-duplicate-key 41:1",
      "yaml-duplicate-key 42:1",
    ]);
    expect(read("a: {b: 1, b: 2}\na: {c: 1, c: 2}\n").places).toEqual([
      "yaml-duplicate-key 1:11",
      "yaml-duplicate-key 2:1",
      "yaml-duplicate-key 2:11",
    ]);
  });
});

describe("keys", () => {
  it("that aren't texts are taken as written, with a warning", () => {
    const { plain, places, diagnostics } = read("1: a\n0x1F: b\nTrue: c\n~: d\n1.10: e\n: f\n'2': g\n");
    expect(plain).toEqual({ 1: "a", "0x1F": "b", True: "c", "~": "d", "1.10": "e", "": "f", 2: "g" });
    expect(places).toEqual([1, 2, 3, 4, 5, 6].map((line) => `yaml-key ${line}:1`));
    expect(new Set(diagnostics.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
  });

  it("that are maps or lists are errors and taken as written", () => {
    const { plain, diagnostics } = read("? [x, y]\n: 1\n? {p: 2}\n: 3\nv: {{ name }}\n");
    expect(plain).toEqual({ "[x, y]": 1, "{p: 2}": 3, v: { "{ name }}": null } });
    expect(diagnostics.map(({ severity, location }) => [severity, location?.line])).toEqual([
      ["error", 1],
      ["error", 3],
      ["error", 5],
    ]);
    expect(diagnostics[2]?.hint).toContain("template");
  });

  it("that mean something to JavaScript are ordinary", () => {
    const { plain } = read("__proto__: {polluted: 1}\nconstructor: 2\nhasOwnProperty: 3\n");
    expect(Object.keys(plain as object)).toEqual(["__proto__", "constructor", "hasOwnProperty"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(read("__proto__: 1\n__proto__: 2\n").places).toEqual(["yaml-duplicate-key 2:1"]);
  });
});

describe("anchors and aliases", () => {
  it("give the anchor's node, with its positions", () => {
    const { root, plain } = read("a: &x {p: 1}\nb: *x\nc: [*x]\n&k d: *k\n");
    expect(plain).toEqual({ a: { p: 1 }, b: { p: 1 }, c: [{ p: 1 }], d: "d" });
    const values = root?.kind === "map" ? root.entries.map(({ value }) => value) : [];
    expect(values[1]).toBe(values[0]);
    expect(values[3]?.position).toEqual({ line: 4, column: 4 });
  });

  it("may be redefined, and begin anew in each document", () => {
    expect(read("- &x 1\n- *x\n- &x 2\n- *x\n").plain).toEqual([1, 1, 2, 2]);
    const { diagnostics } = readYaml({ uri: "f", text: "a: &x 1\n---\nb: *x\n" });
    expect(diagnostics.map(({ rule, location }) => [rule, location?.line])).toEqual([["yaml-alias", 3]]);
  });

  it("that are unknown or contain themselves are errors", () => {
    const { places, plain, diagnostics } = read("base: &base [*base]\nb: *bsae\nc: *.example.com\n");
    expect(places).toEqual(["yaml-alias 1:14", "yaml-alias 2:4", "yaml-alias 3:4"]);
    expect(plain).toEqual({ base: ["*base"], b: "*bsae", c: "*.example.com" });
    expect(diagnostics[0]?.message).toContain("an alias to a value that contains it");
    expect(diagnostics[1]?.hint).toContain("did you mean *base?");
    expect(read("- &a 1\n- &a [*a]\n").places).toEqual(["yaml-alias 2:7"]);
  });
});

describe("merge keys", () => {
  it("give own keys precedence, then the earlier map, wherever << stands", () => {
    const { plain, places } = read(
      "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: *a\nd:\n  <<: [*b, *a]\n  x: 4\ne:\n  <<: *a\n  <<: *b\n",
    );
    expect(places).toEqual([]);
    expect(plain).toMatchObject({ c: { z: 3, x: 1, y: 1 }, d: { x: 4, y: 2, z: 2 }, e: { x: 1, y: 1, z: 2 } });
  });

  it("keep the positions where merged values were written, and chain", () => {
    const { root, plain } = read("a: &a {x: 1}\nb: &b\n  <<: *a\n  y: 2\nc:\n  <<: *b\n");
    expect(plain).toMatchObject({ c: { x: 1, y: 2 } });
    const c = root?.kind === "map" ? root.entries[2]?.value : undefined;
    expect(c?.kind === "map" && c.entries.map(({ keyPosition }) => keyPosition.line)).toEqual([4, 1]);
  });

  it("of anything but maps are errors; a quoted << is a key", () => {
    expect(read("a:\n  <<: 1\nb:\n  <<: [{x: 1}, 2]\nc:\n  '<<': 3\nd:\n  <<: *gone\n")).toMatchObject({
      places: ["yaml-merge 2:3", "yaml-merge 4:3", "yaml-alias 8:7"],
      plain: { a: {}, b: { x: 1 }, c: { "<<": 3 }, d: {} },
    });
  });
});

describe("tags", () => {
  it("of the core schema say what a value is", () => {
    const { plain, places } = read(
      "- !!str 1\n- !!int '3'\n- !!float 1\n- !!bool true\n- !!null ''\n- !!map {a: 1}\n- !!seq [1]\n- ! 2\n- !<tag:yaml.org,2002:str> 4\n- !!str\n",
    );
    expect(places).toEqual([]);
    expect(plain).toEqual(["1", 3, 1, true, null, { a: 1 }, [1], "2", "4", ""]);
  });

  it("that the value does not fit are errors", () => {
    expect(read("a: !!int x\nb: !!bool 1\nc: !!seq {a: 1}\nd: !!map [1]\n")).toMatchObject({
      places: ["yaml-tag 1:4", "yaml-tag 2:4", "yaml-tag 3:4", "yaml-tag 4:4"],
      plain: { a: "x", b: 1, c: { a: 1 }, d: [1] },
    });
  });

  it("of any other kind are errors, and the value is read without them", () => {
    expect(read("a: !!binary aGk=\nb: !vault {c: 1}\nd: !!js/function 'x'\ne: !<x:y> 5\n")).toMatchObject({
      places: ["yaml-tag 1:4", "yaml-tag 2:4", "yaml-tag 3:4", "yaml-tag 4:4"],
      plain: { a: "aGk=", b: { c: 1 }, d: "x", e: 5 },
    });
  });

  it("may be declared by a directive", () => {
    expect(
      read("%TAG !y! tag:yaml.org,2002:\n%TAG !z! tag:example.org,2000:\n---\n- !y!str 1\n- !z!str 2\n"),
    ).toMatchObject({
      places: ["yaml-tag 5:3"],
      plain: ["1", 2],
    });
  });

  it("made by an unquoted removal mark are explained, and the mark is kept", () => {
    const { plain, diagnostics } = read("networks:\n- name: !private\n- name: pxe\n");
    expect(plain).toEqual({ networks: [{ name: "!private" }, { name: "pxe" }] });
    expect(diagnostics).toMatchObject([{ rule: "yaml-tag", location: { line: 2, column: 9 } }]);
    expect(diagnostics[0]?.hint).toContain("quotes");
  });
});
