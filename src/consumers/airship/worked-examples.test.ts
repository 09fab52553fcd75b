import { describe, expect, it } from "vitest";
import { renderShort, type ShortDocument } from "../../../test/support/airship-documents.ts";

interface Example {
  readonly docs: readonly ShortDocument[];
  /** What comes out, by name. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  /** What is told beside, each as "severity rule". */
  readonly told?: readonly string[];
}

const layered = (parent: unknown, child: unknown, ...actions: readonly string[]): readonly ShortDocument[] => [
  { name: "parent", layer: "global", abstract: true, labels: { k: "v" }, data: parent },
  { name: "child", sel: { k: "v" }, actions, data: child },
];
const substituted = (source: unknown, data: unknown, ...subs: readonly object[]): readonly ShortDocument[] => [
  { name: "s", data: source },
  { name: "d", data, subs },
];

const v = { k: "v" };

/** The examples of the form's description, each verified with the engine; the fifth as it should be. */
const examples: Readonly<Record<string, Example>> = {
  "1: maps are merged, lists replaced": {
    docs: layered({ a: { x: 1, y: 2 }, l: [1, 2], c: 9 }, { a: { x: 7, z: 3 }, l: [3], b: 4 }, "merge ."),
    result: { child: { a: { x: 7, y: 2, z: 3 }, l: [3], c: 9, b: 4 } },
  },
  "2: a path that is missing in the parent": {
    docs: layered({ a: 1, c: 9 }, { b: { d: 4 }, e: 5 }, "merge .b.d"),
    result: { child: { a: 1, c: 9, b: { d: 4 } } },
  },
  "3: one member of a list": {
    docs: layered({ r: [{ gw: "g1", m: 1 }, { gw: "g2" }] }, { r: [{ gw: "g9" }] }, "merge .r[0]"),
    result: { child: { r: [{ gw: "g9", m: 1 }, { gw: "g2" }] } },
  },
  "4: actions run on the running result": {
    docs: layered({ a: { x: 1, y: 2 } }, { a: { z: 3 } }, "delete .a", "merge .a"),
    result: { child: { a: { z: 3 } } },
  },
  "5: deleting deletes what is at the path": {
    docs: layered({ a: { x: 5 }, z: 5 }, {}, "delete .z"),
    result: { child: { a: { x: 5 } } },
    told: ["info deckhand-differs"],
  },
  "6: an action without a value": {
    docs: layered({ a: 1 }, { b: 1 }, "merge .b", "replace .a"),
    error: "missing-document-key",
  },
  "7: into texts, new places and lists": {
    docs: substituted(
      { ip: "10.0.0.1", n: 8 },
      { u: "http://HOST:HOST", m: {} },
      { path: ".ip", dest: { path: ".u", pattern: "HOST" } },
      { path: ".n", dest: [{ path: ".m.k" }, { path: ".l[1]" }] },
    ),
    result: { s: { ip: "10.0.0.1", n: 8 }, d: { u: "http://10.0.0.1:10.0.0.1", m: { k: 8 }, l: [{}, 8] } },
  },
  "8: a part of a text": {
    docs: substituted(
      { img: "reg/app:1.2" },
      {},
      { path: ".img", pattern: "^(.*):(.*)$", match_group: 2, dest: { path: ".tag" } },
      { path: ".img", pattern: "sha256.*", dest: { path: ".sum" } },
    ),
    result: { s: { img: "reg/app:1.2" }, d: { tag: "1.2", sum: "reg/app:1.2" } },
    told: ["warning pattern-without-match"],
  },
  "9: into all texts down to a depth": {
    docs: substituted(
      { w: "hi" },
      { t: { a: "W", b: ["W", { c: "W" }] } },
      { path: ".w", dest: { path: ".t", pattern: "W", recurse: { depth: 2 } } },
    ),
    result: { s: { w: "hi" }, d: { t: { a: "hi", b: ["hi", { c: "W" }] } } },
  },
  "10: a replacement stands for the replaced one everywhere": {
    docs: [
      { name: "r", layer: "global", labels: v, data: { a: 1, b: 1 } },
      { name: "r", sel: v, replacement: true, data: { b: 2 } },
      { name: "o", layer: "type", sel: v, data: { z: 1 } },
      { name: "d", layer: "global", subs: [{ name: "r", path: ".b", dest: { path: ".q" } }], data: {} },
    ],
    result: { r: { a: 1, b: 2 }, o: { a: 1, b: 2, z: 1 }, d: { q: 2 } },
  },
  "11: the nearest parent, and what its substitutions leave": {
    docs: [
      { name: "g", layer: "global", labels: v, data: { from: "g" } },
      {
        ...{ name: "t", layer: "type", labels: { ...v, more: "x" }, abstract: true },
        ...{ subs: [{ path: ".v", dest: { path: ".v" } }], data: { from: "t" } },
      },
      { name: "s", data: { v: 7, w: 8 } },
      { name: "c", sel: v, data: { v: "mine" } },
      { name: "c2", sel: v, subs: [{ path: ".w", dest: { path: ".v" } }], data: { v: "mine" } },
      { name: "c3", sel: { k: "nothing" }, actions: ["delete ."], data: { v: "alone" } },
    ],
    result: {
      ...{ g: { from: "g" }, s: { v: 7, w: 8 }, c: { from: "t", v: "mine" }, c2: { from: "t", v: 8 } },
      c3: { v: "alone" },
    },
    told: ["warning no-parent"],
  },
  "12: a tie in a farther layer": {
    docs: [
      { name: "g1", layer: "global", labels: v, data: {} },
      { name: "g2", layer: "global", labels: v, data: {} },
      { name: "t", layer: "type", labels: v, data: {} },
      { name: "c", sel: v, data: { a: 1 } },
    ],
    error: "indeterminate-document-parent",
  },
};

describe("layering and substitution", () => {
  it.each(Object.entries(examples))("%s", (_, { docs, result, error, told = [] }) => {
    const rendered = renderShort(docs);
    expect(rendered.found).toEqual(error === undefined ? told : [`error ${error}`]);
    if (result !== undefined) expect(rendered.result).toEqual(result);
  });

  it.each(Object.entries(examples))("gives the same whatever the order of documents: %s", (_, { docs }) => {
    const [there, back] = [renderShort(docs), renderShort(docs.toReversed())];
    expect(back.result).toEqual(there.result);
    expect(back.found.toSorted()).toEqual(there.found.toSorted());
  });
});
