import { describe, expect, test } from "vitest";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { testSite } from "../../test/support/test-site.ts";
import { checkCapabilities, type DeclaredCapabilities } from "./check-capabilities.ts";
import { createDesignView } from "./design-view.ts";
import { createServerSpecs } from "./driver-spec/server-spec.ts";
import { siteSpec } from "./driver-spec/site-spec.ts";
import { nodeNeeds, siteNeeds } from "./needed-capabilities.ts";

const view = createDesignView(testSite(2));
const specOf = createServerSpecs(view);
const sites = new Map([["maas", siteSpec(view, "maas", () => "maas")]]);

const problems = (
  declared: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  action = Action.DEPLOY,
  nodes: readonly string[] = ["n1", "n2"],
): readonly string[] => {
  const capabilities: DeclaredCapabilities = new Map(Object.entries(declared));
  return checkCapabilities({ view, action, nodes, specOf, sites, declared: new Map([["maas", capabilities]]) }).map(
    ({ message }) => message,
  );
};

describe("what drivers declare", () => {
  test("bounds nothing of a family they declare nothing of", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ "plan-servers": {} })).toEqual([]);
  });

  test("is all they can do of a family they declare something of, told for each node", () => {
    expect(problems({ "network.address": {}, "network.vlan": {} })).toEqual([
      `node n1: the driver of instance maas doesn't declare network.bond (modes: 802.3ad), which interfaces["bond0"].link.bond_mode of its specification asks for`,
      `node n2: the driver of instance maas doesn't declare network.bond (modes: 802.3ad), which interfaces["bond0"].link.bond_mode of its specification asks for`,
    ]);
    expect(problems({ "site.networks": {}, "site.static-routes": {} }, Action.COMMISSION, [])).toEqual([
      "site plant7: the driver of instance maas doesn't declare site.dhcp, which networks of its specification asks for",
    ]);
  });

  test("is bounded by the values of a parameter, and not where it has none", () => {
    const network = { "network.address": {}, "network.vlan": {} };
    expect(problems({ ...network, "network.bond": {} })).toEqual([]);
    expect(problems({ ...network, "network.bond": { modes: ["active-backup", "802.3ad"] } })).toEqual([]);
    expect(problems({ ...network, "network.bond": { modes: ["active-backup"] } })).toHaveLength(2);
  });

  test("must name calls a driver needn't serve", () => {
    expect(problems({}, Action.ANNOTATE, ["n1"])).toEqual([
      "node n1: the driver of instance maas doesn't declare annotate",
    ]);
    expect(problems({}, Action.POWER, ["n1"])).toEqual(["node n1: the driver of instance maas doesn't declare power"]);
    expect(problems({ power: {}, annotate: {} }, Action.POWER)).toEqual([]);
  });

  test("doesn't matter to what an action doesn't ask for", () => {
    expect(problems({ "network.address": { modes: [] } }, Action.COMMISSION)).toEqual([]);
    expect(problems({ "storage.lvm": {}, "network.vlan": {} }, Action.RELEASE)).toEqual([]);
  });

  test("of RAID is told by its levels", () => {
    const storage = { raids: [{ name: "md0", level: "raid-6" }] };
    expect(nodeNeeds({ storage }, Action.DEPLOY, false)).toContainEqual({
      ...{ name: "storage.raid", parameter: "levels", value: "raid-6" },
      field: 'storage.raids["md0"].level',
    });
  });
});

test("spaces, relays and removing what left the design are asked for only where a site has them", () => {
  const names = (spec: Parameters<typeof siteNeeds>[0]) => siteNeeds(spec).map(({ name }) => name);
  expect(names({ name: "s", networks: [{ name: "n" }] })).toEqual(["site.networks"]);
  const whole = { name: "s", networks: [{ name: "n", space: "dmz", dhcpRelayTarget: "10.0.0.1" }], prune: true };
  expect(names(whole)).toEqual(["site.networks", "site.spaces", "site.dhcp-relay", "site.prune"]);
});
