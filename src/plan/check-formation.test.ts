import { expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { seen, testSite } from "../../test/support/test-site.ts";
import { formationMissing, missingAddresses, missingIdentities } from "./check-formation.ts";
import { createDesignView } from "./design-view.ts";

const view = createDesignView(
  testSite(2, (item) => {
    if (item.kind === "Network" && item.name === "storage") {
      return { ...item, tree: { ...item.tree, allocation: "static" } };
    }
    if (item.name !== "n2") return item;
    return { ...item, tree: { ...item.tree, addressing: [{ network: "mgmt", address: "10.21.0.12" }], boot_mac: "" } };
  }),
);
const question = { view, action: Action.DEPLOY, nodes: ["n1", "n2"] };
const layers = [
  { name: "profiles", role: "design" as const, owns: [] },
  { name: "addresses", role: "formation" as const, owns: [{ kind: "Node", fields: ["addressing"] }] },
  { name: "macs", role: "formation" as const, owns: [{ kind: "Node", fields: ["boot_mac"] }] },
];

test("a node without an address on a network that assigns none is told, with who could supply it", () => {
  const missing = missingAddresses({ ...question, nodes: ["n2"] });
  expect(formationMissing(missing, layers)).toMatchObject([
    {
      rule: "formation-missing",
      kind: "Node",
      name: "n2",
      field: 'addressing["storage"].address',
      message: "node n2 has no address on network storage, which its interface bond0 carries and which assigns none",
      hint: 'layer "addresses" may give addressing["storage"].address',
    },
  ]);
  expect(missingAddresses(question).map(({ node }) => node)).toEqual(["n1", "n2"]);
  expect(missingAddresses({ ...question, action: Action.COMMISSION })).toEqual([]);
});

test("a machine nobody knows needs what its driver enlists it by", () => {
  const servers = new Map([
    ["n1", seen(ServerState.ABSENT)],
    ["n2", seen(ServerState.ABSENT)],
  ]);
  const missing = missingIdentities(question, servers, () => ["boot_mac"]);
  expect(formationMissing(missing, layers.slice(0, 1))).toMatchObject([
    {
      field: "boot_mac",
      message: "node n2 has no boot_mac, and its provisioner doesn't know the machine",
      hint: "no layer of the design may give boot_mac; add one of role formation",
    },
  ]);
  expect(missingIdentities(question, servers, () => [])).toEqual([]);
  expect(missingIdentities(question, new Map([["n2", seen()]]), () => ["boot_mac"])).toEqual([]);
  expect(missingIdentities({ ...question, action: Action.RELEASE }, servers, () => ["boot_mac"])).toEqual([]);
});
