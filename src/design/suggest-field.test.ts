import { describe, expect, it } from "vitest";
import { suggestField } from "./suggest-field.ts";

describe("the suggestion for an unknown field", () => {
  it.each([
    ["vlan_id", ["cidr", "vlan", "mtu"], "vlan"],
    ["bios", ["hw_version", "bios_version"], "bios_version"],
    ["version", ["hw_version", "bios_version"], "hw_version"],
    ["vlna", ["vlan_id", "vlan"], "vlan"],
    ["network-link", ["link"], "link"],
    ["weight", ["subnet", "metric"], "metric"],
    ["weight", ["subnet"], undefined],
    ["colour", ["vlan", "col"], undefined],
    ["", ["vlan"], undefined],
  ])("is for %o of %o: %o", (name, fields, expected) => {
    expect(suggestField(name, fields)).toBe(expected);
  });
});
