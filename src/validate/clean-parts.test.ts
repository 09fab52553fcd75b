import { describe, expect, it } from "vitest";
import { cleanParts } from "./clean-parts.ts";
import type { ItemRule } from "./rule.ts";

const rule = (looksAt: ItemRule["looksAt"]): ItemRule => ({
  ...{ id: "a-rule", severity: "error", summary: "s", why: "w", kinds: ["Node"] },
  ...(looksAt && { looksAt }),
  check: () => [],
});
const storage = { layout: "flat" };
const node = (name: string, tree: Record<string, string | object>) => ({
  ...{ kind: "Node", name, inputs: [] },
  tree: tree as never,
});

describe("clean parts", () => {
  it("are known again in another item that has the very same, whatever else it has", () => {
    const [clean, one] = [cleanParts(), rule({ Node: ["storage"] })];
    clean.add(one, node("a", { storage, boot_mac: "x" }));
    expect(clean.has(one, node("b", { storage, boot_mac: "y" }))).toBe(true);
    expect(clean.has(one, node("b", { storage: { ...storage } }))).toBe(false);
    expect(clean.has(one, node("b", {}))).toBe(false);
  });

  it("of several fields are the same when each is", () => {
    const [clean, one] = [cleanParts(), rule({ Node: ["storage", "hardware_profile"] })];
    clean.add(one, node("a", { storage, hardware_profile: "box" }));
    expect(clean.has(one, node("b", { storage, hardware_profile: "box" }))).toBe(true);
    expect(clean.has(one, node("b", { storage, hardware_profile: "crate" }))).toBe(false);
    expect(clean.has(one, node("b", { storage: "box", hardware_profile: storage }))).toBe(false);
  });

  it("are kept for each rule alone, and for the kinds it says", () => {
    const [clean, one, other] = [cleanParts(), rule({ Node: ["storage"] }), rule({ Node: ["storage"] })];
    clean.add(one, node("a", { storage }));
    expect(clean.has(other, node("a", { storage }))).toBe(false);
    expect(clean.has(one, { ...node("a", { storage }), kind: "HostProfile" })).toBe(false);
    const silent = rule(undefined);
    clean.add(silent, node("a", { storage }));
    expect(clean.has(silent, node("a", { storage }))).toBe(false);
  });
});
