import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { HardwareVerdict, NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { replica } from "../../src/db/schema.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, smallSite, stateClient, withState } from "../support/state-service.ts";

const design = "lab";

test("nodes nothing is known of are listed beside those that have a state", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    await client.recordNodeStatus({ design, updates: [{ node: "n001", phase: NodePhase.COMMISSIONED }] });
    const { statuses } = await client.listNodeStatus({ design });
    expect(statuses.map(({ node, phase }) => [node, phase])).toEqual([
      ["n000", NodePhase.UNSPECIFIED],
      ["n001", NodePhase.COMMISSIONED],
      ["n002", NodePhase.UNSPECIFIED],
    ]);
    expect((await client.getNodeStatus({ design, node: "n000" })).status?.updatedAt).toBeUndefined();
  }));

test("an update changes what it says and leaves the rest", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const calledInAt = timestampFromDate(new Date("2026-01-02T03:04:05.678Z"));
    const difference = { field: "vendor", designed: "Acme", built: "Other", message: "vendor differs" };
    await client.recordNodeStatus({
      design,
      updates: [
        { node: "n000", phase: NodePhase.DEPLOYED, lastJobId: "job-1", providerId: "abc", addresses: ["10.0.0.10"] },
        { node: "n000", hardwareVerdict: HardwareVerdict.MISMATCH, hardwareDifferences: [difference] },
        { node: "n000", deployedSpecDigest: "ab".repeat(32), calledInAt },
      ],
    });
    await client.recordNodeStatus({ design, updates: [{ node: "n000", phase: NodePhase.READY }] });
    const { status } = await client.getNodeStatus({ design, node: "n000" });
    expect(status).toMatchObject({
      ...{ node: "n000", phase: NodePhase.READY, lastJobId: "job-1", providerId: "abc", addresses: ["10.0.0.10"] },
      ...{ hardwareVerdict: HardwareVerdict.MISMATCH, hardwareDifferences: [difference] },
      ...{ deployedSpecDigest: "ab".repeat(32), calledInAt },
    });
    await client.recordNodeStatus({ design, updates: [{ node: "n000", hardwareVerdict: HardwareVerdict.MATCH }] });
    const after = (await client.getNodeStatus({ design, node: "n000" })).status;
    expect(after).toMatchObject({ hardwareVerdict: HardwareVerdict.MATCH, hardwareDifferences: [] });
  }));

test("what a process found out whose work was taken up by another is refused, and changes nothing", () =>
  withState(async (client, { db }) => {
    await commitTo(client, "site", smallSite(1));
    await db.insert(replica).values([{ id: "one" }, { id: "other" }]);
    const record = (holder: string, phase: NodePhase) =>
      client.recordNodeStatus({ design, holder, updates: [{ node: "n000", phase }] });
    await record("one", NodePhase.DEPLOYED);
    await db.delete(replica).where(eq(replica.id, "one"));
    await record("other", NodePhase.READY);
    const refused = await failureOf(record("one", NodePhase.DEPLOYED));
    expect(refused).toMatchObject({ code: "FailedPrecondition", reason: "LEASE_EXPIRED" });
    expect((await client.getNodeStatus({ design, node: "n000" })).status?.phase).toBe(NodePhase.READY);
  }));

test("a condition keeps the moment it last changed", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const record = (condition: { status: boolean; message: string; since?: Timestamp }) =>
      client.recordNodeStatus({
        design,
        updates: [{ node: "n000", conditions: [{ type: "Deployed", ...condition }] }],
      });
    const condition = async () => (await client.getNodeStatus({ design, node: "n000" })).status?.conditions[0];
    const since = timestampFromDate(new Date("2020-01-01T00:00:00Z"));
    await record({ status: false, message: "begun", since });
    await record({ status: false, message: "half-way" });
    expect(await condition()).toMatchObject({ status: false, message: "half-way", since });
    await record({ status: true, message: "done" });
    const done = await condition();
    expect(done).toMatchObject({ status: true, message: "done" });
    expect(done?.since?.seconds).toBeGreaterThan(since.seconds);
    expect((await client.getNodeStatus({ design, node: "n000" })).status?.conditions).toHaveLength(1);
  }));

test("updates from several callers at once all take effect", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(4));
    const nodes = ["n000", "n001", "n002", "n003"];
    const record = (type: string, order: readonly string[]) =>
      client.recordNodeStatus({
        design,
        updates: order.map((node) => ({ node, conditions: [{ type, status: true }] })),
      });
    await Promise.all([
      record("A", nodes),
      record("B", nodes.toReversed()),
      record("C", nodes),
      record("D", nodes.toReversed()),
    ]);
    const { statuses } = await client.listNodeStatus({ design });
    for (const { conditions } of statuses)
      expect(conditions.map(({ type }) => type).sort()).toEqual(["A", "B", "C", "D"]);
  }));

test("the manifest a node reports is kept whole, and replaced by the next", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(2));
    const manifest = {
      ...{ systemVendor: "Acme", cpuCount: 4, memoryMib: 8192, source: "node" },
      nics: [{ logicalName: "eno1", pciAddress: "0000:00:03.0", mac: "52:54:00:00:00:01" }],
      disks: [{ logicalName: "sda", sizeBytes: "8589934592" }],
    };
    await client.recordNodeStatus({ design, updates: [{ node: "n000", asBuilt: manifest }] });
    const first = await client.getAsBuilt({ design, node: "n000" });
    expect(first.manifest).toMatchObject(manifest);
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
    await client.recordNodeStatus({ design, updates: [{ node: "n000", asBuilt: { ...manifest, cpuCount: 8 } }] });
    const second = await client.getAsBuilt({ design, node: "n000" });
    expect(second.manifest?.cpuCount).toBe(8);
    expect(second.digest).not.toBe(first.digest);
    expect(await failureOf(client.getAsBuilt({ design, node: "n001" }))).toMatchObject({
      code: "NotFound",
      message: 'there is no as-built manifest of node "n001"',
    });
  }));

test("a design or node that is not there is NOT_FOUND, and only services record", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", smallSite(1));
    const updates = [{ node: "n000", phase: NodePhase.READY }];
    expect(await failureOf(client.recordNodeStatus({ design: "office", updates }))).toMatchObject({ code: "NotFound" });
    expect(await failureOf(client.getNodeStatus({ design, node: "n00O" }))).toMatchObject({
      code: "NotFound",
      message: expect.stringContaining('did you mean "n000"?'),
    });
    expect(await failureOf(client.getAsBuilt({ design, node: "n9" }))).toMatchObject({ code: "NotFound" });
    const admin = stateClient(database, Role.ADMIN);
    expect(await failureOf(admin.recordNodeStatus({ design, updates }))).toMatchObject({ code: "PermissionDenied" });
  }));

test("a phase keeps the moment it was reached until it becomes another, and nodes are filtered and ordered by that", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(3));
    const record = (node: string, phase?: NodePhase) =>
      client.recordNodeStatus({
        design,
        updates: [{ node, conditions: [{ type: "Seen", status: true }], ...(phase && { phase }) }],
      });
    const sinceOf = async (node: string) => (await client.getNodeStatus({ design, node })).status?.phaseSince;
    await record("n000");
    expect(await sinceOf("n000")).toBeUndefined();
    await record("n000", NodePhase.COMMISSIONED);
    await record("n001", NodePhase.COMMISSIONED);
    const first = await sinceOf("n000");
    expect(first).toBeDefined();
    await record("n000", NodePhase.COMMISSIONED);
    await record("n000");
    expect(await sinceOf("n000")).toEqual(first);
    const list = async (orderBy: string, filter = "") =>
      (await client.listNodeStatus({ design, orderBy, filter })).statuses.map(({ node }) => node);
    // What was never recorded comes last.
    expect(await list("status.phase_since")).toEqual(["n000", "n001", "n002"]);
    await record("n000", NodePhase.DEPLOYED);
    expect(await list("status.phase_since")).toEqual(["n001", "n000", "n002"]);
    expect(await list("status.phase_since desc")).toEqual(["n000", "n001", "n002"]);
    expect(await list("", 'status.phase_since > timestamp("2020-01-01T00:00:00Z")')).toEqual(["n000", "n001"]);
    expect((await sinceOf("n000"))?.seconds).toBeGreaterThanOrEqual(first?.seconds ?? 0n);
  }));
