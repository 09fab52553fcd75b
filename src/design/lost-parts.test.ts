import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import { lostParts } from "./lost-parts.ts";

const layered = (uri: string, kind: string, change: Partial<Document> = {}, layer = "formation") => {
  const location = { uri, line: 1, column: 1 };
  const rest = { spec: {}, source: location, part: layer, complete: true, form: "aic-b", conversions: [] };
  return { layer, document: { kind, name: "a", location, ...rest, ...change } satisfies Document };
};
const found = (uri: string, rule = "yaml-syntax"): Diagnostic => ({
  ...{ rule, severity: "error", message: "", location: { uri, line: 1, column: 1 }, related: [] },
});

describe("what is lost", () => {
  it("is nothing where nothing broke off, or only inside documents that tell what they are", () => {
    const broken = layered("f", "Network", { complete: false });
    for (const lost of [lostParts([layered("f", "Network")], []), lostParts([broken], [found("f")])]) {
      expect(lost.mayLose("Network")).toBe(false);
      expect(lost.mayMiss("Network", [])).toBe(false);
    }
  });

  it("may be anything where a document broke off before it told what it is", () => {
    const lost = lostParts([layered("f", "Network")], [found("f")]);
    expect([lost.mayLose("Network"), lost.mayLose("HardwareProfile")]).toEqual([true, true]);
  });

  it("may be anything of a file that wasn't read at all", () => {
    for (const rule of ["not-text", "file-too-large", "yaml-limit"]) {
      expect(lostParts([], [found("f", rule)]).mayLose("Rack")).toBe(true);
    }
    expect(lostParts([], [found("f", "unknown-field")]).mayLose("Rack")).toBe(false);
  });

  it("may be what follows in a file of many items", () => {
    const lost = lostParts([layered("f", "Network", { complete: false, form: "aic-a" })], [found("f")]);
    expect(lost.mayLose("Node")).toBe(true);
  });

  it("is hardware, and what else it is seen to declare, of a hardware file", () => {
    const documents = [
      layered("hw", "HardwareProfile", { complete: false, form: "aic-a" }, "hardware"),
      layered("hw", "HostProfile", { form: "aic-a" }, "hardware"),
    ];
    const lost = lostParts(documents, [found("hw")]);
    expect(["HardwareProfile", "HostProfile", "Network"].map(lost.mayLose)).toEqual([true, true, false]);
  });

  it("is no second document of an item in the layer that has one of it", () => {
    const lost = lostParts([layered("seed", "Node", { complete: false, form: "aic-a" })], [found("seed")]);
    expect(lost.mayMiss("Network", ["design", "formation"])).toBe(false);
    expect(lost.mayMiss("Network", ["design"])).toBe(true);
    expect(lostParts([], [found("seed", "not-text")]).mayMiss("Network", ["design", "formation"])).toBe(true);
  });
});
