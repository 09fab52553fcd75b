import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { HardwareVerdict, NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, nodeDocument, type StateClient, smallSite, withState } from "../support/state-service.ts";

const design = "lab";
const inRack = (index: number, rack: string, spec = {}) => nodeDocument(index, { metadata: { rack }, ...spec });
const CHANGED_IN_RACK = 'rack == "r02" && status.phase == "DEPLOYED" && design_changed';

/** Three nodes in rack r02 and one in r01, deployed from revision 1 but for the third. */
async function deployedSite(client: StateClient): Promise<void> {
  await commitTo(client, "site", [
    ...smallSite(0),
    inRack(0, "r02"),
    inRack(1, "r02"),
    inRack(2, "r02"),
    inRack(3, "r01"),
  ]);
  await client.recordNodeStatus({
    design,
    updates: ["n000", "n001", "n003"].map((node) => ({ node, phase: NodePhase.DEPLOYED, deployedRevision: 1n })),
  });
}

const list = async (client: StateClient, filter: string, orderBy = "") =>
  (await client.listNodeStatus({ design, filter, orderBy })).statuses.map(({ node }) => node);
const items = async (client: StateClient, filter: string, revision = 0n) =>
  (await client.listItems({ design, filter, revision })).items.map(({ name }) => name);

test("deployed nodes in a rack whose effective design changed since are one filter", () =>
  withState(async (client) => {
    await deployedSite(client);
    expect(await list(client, CHANGED_IN_RACK)).toEqual([]);
    await commitTo(
      client,
      "site",
      [1, 2, 3].map((index) => inRack(index, index === 3 ? "r01" : "r02", { description: "new" })),
    );
    expect(await list(client, CHANGED_IN_RACK)).toEqual(["n001"]);
    expect(await items(client, CHANGED_IN_RACK)).toEqual(["n001"]);
    expect(await list(client, "design_changed")).toEqual(["n001", "n003"]);
    expect(await list(client, "status.design_changed && status.deployed_revision == 1")).toEqual(["n001", "n003"]);
    expect(await items(client, "!design_changed && status.deployed_revision > 0")).toEqual(["n000"]);
    expect(await items(client, CHANGED_IN_RACK, 1n)).toEqual([]);
    expect((await client.countItems({ design, filter: "design_changed", groupBy: ["rack"] })).counts).toMatchObject([
      { values: ['"r01"'], count: 1n },
      { values: ['"r02"'], count: 1n },
    ]);
    const { status } = await client.getNodeStatus({ design, node: "n001" });
    expect(status).toMatchObject({ deployedRevision: 1n, designChanged: true });
    // A change of a profile is one of every node that inherits from it.
    await commitTo(
      client,
      "site",
      smallSite(0).map((document) =>
        document.kind === "HostProfile"
          ? { ...document, spec: { ...document.spec, platform: { image: "jammy" } } }
          : document,
      ),
    );
    expect(await list(client, CHANGED_IN_RACK)).toEqual(["n000", "n001"]);
    // As it was when the node was deployed is not another.
    await commitTo(client, "site", [...smallSite(0), inRack(1, "r02")]);
    expect(await list(client, "design_changed")).toEqual(["n003"]);
  }));

test("a node is deployed from a revision until it is released, or deployed from another", () =>
  withState(async (client) => {
    await deployedSite(client);
    const record = (update: { phase?: NodePhase; deployedRevision?: bigint }) =>
      client.recordNodeStatus({ design, updates: [{ node: "n000", ...update }] });
    const from = async () => (await client.getNodeStatus({ design, node: "n000" })).status?.deployedRevision;
    await commitTo(client, "site", [inRack(0, "r02", { description: "new" })]);
    await record({ phase: NodePhase.READY });
    expect(await from()).toBe(1n);
    expect(await list(client, "design_changed")).toEqual(["n000"]);
    await record({ phase: NodePhase.DEPLOYED, deployedRevision: 2n });
    expect(await from()).toBe(2n);
    expect(await list(client, "design_changed")).toEqual([]);
    await record({ phase: NodePhase.RELEASED });
    expect(await from()).toBe(0n);
    await record({ deployedRevision: 2n });
    await record({ deployedRevision: 0n });
    expect(await from()).toBe(0n);
    await commitTo(client, "site", [inRack(0, "r02", { description: "newer" })]);
    expect(await list(client, "design_changed")).toEqual([]);
  }));

test("nodes are chosen by everything that is known of them, and by their design", () =>
  withState(async (client) => {
    await deployedSite(client);
    const called = timestampFromDate(new Date("2026-01-02T03:04:05Z"));
    const manifest = { systemVendor: "Acme", cpuCount: 4 };
    await client.recordNodeStatus({
      design,
      updates: [
        { node: "n000", calledInAt: called, addresses: ["10.0.0.10"], hardwareVerdict: HardwareVerdict.MATCH },
        { node: "n001", conditions: [{ type: "LastStep", status: false, message: "disk full" }], asBuilt: manifest },
        { node: "n002", providerId: "abc", lastJobId: "job-1" },
      ],
    });
    const { digest } = await client.getAsBuilt({ design, node: "n001" });
    const cases: [filter: string, nodes: string[]][] = [
      ['status.called_in_at > timestamp("2026-01-01T00:00:00Z")', ["n000"]],
      ['"10.0.0.10" in status.addresses && status.hardware_verdict == "MATCH"', ["n000"]],
      ['status.conditions.exists(c, c.type == "LastStep" && !c.status && c.message.contains("disk"))', ["n001"]],
      [`status.as_built_digest == "${digest}"`, ["n001"]],
      ['status.as_built_digest == "" && status.provider_id == ""', ["n000", "n003"]],
      ['status.phase == "UNSPECIFIED"', ["n002"]],
      ['status.phase != "DEPLOYED" && status.last_job_id == "job-1"', ["n002"]],
      ['spec.fqdn == "n003.lab.example"', ["n003"]],
      ['kind == "Node" && name == "n002" && status.node == name', ["n002"]],
      ['kind == "Rack"', []],
      ['status.phase in ["READY", "UNSPECIFIED"]', ["n002"]],
      ['status.updated_at > timestamp("2026-01-01T00:00:00Z") && rack == "r01"', ["n003"]],
    ];
    for (const [filter, nodes] of cases) {
      expect(await list(client, filter), filter).toEqual(nodes);
      expect(await items(client, `kind == "Node" && (${filter})`), filter).toEqual(nodes);
    }
    expect((await client.listNodeStatus({ design })).statuses.map((status) => status.asBuiltDigest)).toEqual([
      "",
      digest,
      "",
      "",
    ]);
    for (const [filter, message] of [
      ["nod == 'x'", "there is no variable nod"],
      ["status.nod == 'x'", "status has no field nod; did you mean node?"],
      ['status.phase == "NODE_PHASE_DEPLOYED"', 'status.phase is never "NODE_PHASE_DEPLOYED"; did you mean DEPLOYED?'],
      ['"DEPLOYD" != status.phase', "did you mean DEPLOYED?"],
      ['status["hardware_verdict"] in ["MATCH", "MISMACH"]', "did you mean MISMATCH?"],
    ] as const) {
      const { code, message: told } = await failureOf(list(client, filter));
      expect([code, told], filter).toEqual(["InvalidArgument", expect.stringContaining(message)]);
    }
  }));

test("nodes come page by page in an order of their state and design", () =>
  withState(async (client) => {
    await deployedSite(client);
    await client.recordNodeStatus({
      design,
      updates: [{ node: "n000", conditions: [{ type: "Deployed", status: true, message: "b" }] }],
    });
    await client.recordNodeStatus({
      design,
      updates: [{ node: "n003", conditions: [{ type: "Deployed", status: true, message: "a" }] }],
    });
    expect(await list(client, "", 'status.conditions["Deployed"].message')).toEqual(["n003", "n000", "n001", "n002"]);
    expect(await list(client, "", "status.phase desc, rack desc, name desc")).toEqual(["n002", "n001", "n000", "n003"]);
    expect(await list(client, "", "design_changed desc, spec.metadata.rack")).toEqual(["n003", "n000", "n001", "n002"]);
    for (const orderBy of ["", "status.phase, name desc"]) {
      const whole = await list(client, 'rack == "r02"', orderBy);
      const nodes: string[] = [];
      let pageToken = "";
      for (const pageSize of [1, 2]) {
        const page = await client.listNodeStatus({ design, filter: 'rack == "r02"', orderBy, pageSize, pageToken });
        nodes.push(...page.statuses.map(({ node }) => node));
        pageToken = page.nextPageToken;
      }
      expect([pageToken, nodes]).toEqual(["", whole]);
    }
    await client.createDesign({ design: "empty" });
    expect(
      (await client.listNodeStatus({ design: "empty", filter: "design_changed", orderBy: "name" })).statuses,
    ).toEqual([]);
  }));
