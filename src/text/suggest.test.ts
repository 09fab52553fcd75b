import { describe, expect, it } from "vitest";
import { suggest } from "./suggest.ts";

describe("suggest", () => {
  it("finds the candidate a letter more, less, other or swapped away", () => {
    const names = ["default", "k8-node", "hardware_profile", "mtu"];
    expect(suggest("defaults", names)).toBe("default");
    expect(suggest("k8-nod", names)).toBe("k8-node");
    expect(suggest("hardware_profil3", names)).toBe("hardware_profile");
    expect(suggest("mut", names)).toBe("mtu");
  });

  it("takes case and dashes for what they stand for", () => {
    expect(suggest("Hardware-Profile", ["hardware_profile", "hardware_profiles"])).toBe("hardware_profile");
  });

  it("finds nothing where nothing is near", () => {
    expect(suggest("gateway", ["mtu", "cidr", "address"])).toBeUndefined();
    expect(suggest("controller01-production", ["controller99-staging-xy"])).toBeUndefined();
    expect(suggest("a", ["b"])).toBeUndefined();
    expect(suggest("", ["a"])).toBeUndefined();
    expect(suggest("a", [])).toBeUndefined();
  });

  it("never gives the name itself, and chooses the same whatever the order", () => {
    expect(suggest("node", ["node"])).toBeUndefined();
    expect(suggest("nodx", ["node", "noda", "nodz"])).toBe("noda");
    expect(suggest("nodx", ["nodz", "noda", "node"])).toBe("noda");
  });

  it("is bounded in what it looks at", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `other${n}`);
    expect(suggest("needle", [...many, "needl"])).toBeUndefined();
    expect(suggest("x".repeat(129), ["x".repeat(128)])).toBeUndefined();
  });
});
