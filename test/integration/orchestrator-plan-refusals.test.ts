import { expect, test } from "vitest";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { nodeNames, type Site, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, nodeDocument } from "../support/state-service.ts";

const diagnosticsOf = async (call: Promise<unknown>) =>
  errorDetail(
    await call.then(
      () => undefined,
      (error) => error,
    ),
  )?.diagnostics.map(({ rule, name, field }) => [rule, name, field]);

const deploy = ({ client }: Site) => client.createPlan({ design: "lab", action: Action.DEPLOY });

test("what a driver doesn't declare and a design asks for is refused before anything is looked at, all of it", () => {
  const world = createDriverWorld(nodeNames(2), {
    capabilities: [{ name: "storage.layout", parameters: { layouts: { values: ["lvm"] } } }],
  });
  const asked: string[] = [];
  return withSite(
    2,
    async (site) => {
      world.before = (method) => void asked.push(method);
      expect(await failureOf(deploy(site))).toEqual({
        code: "Unimplemented",
        reason: "CAPABILITY_UNDECLARED",
        message:
          "node n000: the driver of instance maas doesn't declare storage.layout (layouts: flat), which storage.layout of its specification asks for (and 1 more like it)",
      });
      expect(await diagnosticsOf(deploy(site))).toEqual([
        ["capability-undeclared", "n000", ""],
        ["capability-undeclared", "n001", ""],
      ]);
      expect(asked).toEqual([]);
      expect(await failureOf(site.plan(Action.ANNOTATE))).toMatchObject({ reason: "CAPABILITY_UNDECLARED" });
      expect((await site.plan(Action.COMMISSION)).nodeCount).toBe(2);
    },
    { world },
  );
});

test("values the design lacks are refused, each with the node, the field and who could supply it", () => {
  const world = createDriverWorld(nodeNames(1), {
    capabilities: [{ name: "server.enlist", parameters: { by: { values: ["boot_mac"] } } }],
  });
  return withSite(
    2,
    async (site) => {
      expect(await failureOf(deploy(site))).toEqual({
        code: "FailedPrecondition",
        reason: "FORMATION_MISSING",
        message: "node n001 has no boot_mac, and its provisioner doesn't know the machine",
      });
      await commitTo(site.state, "main", [
        documentOf("NetworkLink", "access", { trunking: { mode: "802.1q", default_network: "mgmt" } }),
        documentOf("Network", "data", { cidr: "10.9.0.0/24", vlan: 9, allocation: "static" }),
        ...[0, 1].map((index) =>
          nodeDocument(index, {
            interfaces: [{ name: "pxe", networks: ["mgmt", "data"] }],
            boot_mac: `52:54:00:00:00:0${index}`,
          }),
        ),
      ]);
      expect(await diagnosticsOf(deploy(site))).toEqual([
        ["formation-missing", "n000", 'addressing["data"].address'],
        ["formation-missing", "n001", 'addressing["data"].address'],
      ]);
    },
    { world },
  );
});
