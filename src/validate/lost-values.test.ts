import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../design/diagnostic.ts";
import { lostValues } from "./lost-values.ts";

const found = (rule: string, field?: string, change: Partial<Diagnostic> = {}): Diagnostic => ({
  ...{ rule, severity: "error", message: "", kind: "Node", name: "n", related: [], ...change },
  ...(field !== undefined && { field }),
});
const concerns = (diagnostic: Diagnostic, field: string) => lostValues([diagnostic])(["Node/n"], field);

describe("a finding that cost a value", () => {
  it.each([
    ["wrong-type", "platform.image", "platform.image", true],
    ["wrong-type", "platform", "platform.image", true],
    ["wrong-type", "platform.image", "platform", true],
    ["wrong-type", "platform.kernel", "platform.image", false],
    ["wrong-type", "platform.imag", "platform.image", false],
    ["wrong-type", undefined, "platform.image", true],
    ["unknown-field", "platform.imge", "platform.image", true],
    ["unknown-field", "platform.colour", "platform.image", false],
    ["unknown-field", "platfrom", "platform.image", true],
    ["unknown-field", "image", "platform.image", true],
    ["unknown-field", "colour", "platform.image", false],
    ["unknown-field", "oob.imge", "platform.image", false],
    ["unknown-field", 'interfaces["a"].slave', 'interfaces["a"].slaves', true],
    ["unknown-field", 'interfaces["b"].slave', 'interfaces["a"].slaves', false],
    ["unknown-field", 'interfaces["a"].network_lnk', 'interfaces["a"].device_link', true],
    ["unknown-field", '["odd key"]', "platform.image", false],
    ["unknown-field", "oob.libvirt_uri", 'oob.parameters["libvirt_uri"]', true],
    ["unknown-field", "oob.account_name", 'oob.parameters["libvirt_uri"]', false],
    ["unknown-field", "platform.imge", "platform", true],
    ["unknown-reference", 'interfaces["a"].networks["x"]', "interfaces", true],
    ["removal-without-match", "platform.image", "platform.image", false],
    ["yaml-duplicate-key", undefined, "platform.image", false],
    ["yaml-alias", undefined, "platform.image", true],
  ])("%s at %s: whether it concerns %s is %s", (rule, at, wanted, isConcerned) => {
    expect(concerns(found(rule, at), wanted)).toBe(isConcerned);
  });

  it("concerns its item, and those that inherit from it, and no other", () => {
    const isLost = lostValues([found("wrong-type", "platform.image", { kind: "HostProfile", name: "base" })]);
    expect(isLost(["Node/n", "HostProfile/base"], "platform.image")).toBe(true);
    expect(isLost(["Node/n", "HostProfile/other"], "platform.image")).toBe(false);
  });

  it("is about an item, and more than a notice", () => {
    expect(concerns({ ...found("wrong-type", "a"), severity: "info" }, "a")).toBe(false);
    const { kind: _, ...nobody } = found("wrong-type", "a");
    expect(concerns(nobody, "a")).toBe(false);
  });
});
