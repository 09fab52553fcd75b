import { createHash } from "node:crypto";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, test } from "vitest";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { HardwareVerdict } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { ManifestFormat, NodeReportPhase } from "../../gen/bedplate/introspection/v1/manifest_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { type Database, execute } from "../../src/db/database.ts";
import { createSecretStore } from "../../src/db/secret-store.ts";
import { createIntrospectionService } from "../../src/introspection/introspection-service.ts";
import { createNodeAuthenticator } from "../../src/introspection/node-authenticator.ts";
import { createNodeTokenStore } from "../../src/introspection/node-token-store.ts";
import { createInProcessTransport } from "../../src/mesh/in-process-transport.ts";
import { listen } from "../../src/mesh/listener.ts";
import { createNetworkTransport } from "../../src/mesh/network-transport.ts";
import { createServiceClients } from "../../src/mesh/service-clients.ts";
import { createServiceHost, mount } from "../../src/mesh/service-host.ts";
import { createDesignStateService } from "../../src/state/design-state-service.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, smallSite, testKey } from "../support/state-service.ts";

interface World {
  readonly database: Database;
  readonly state: Client<typeof DesignStateService>;
  /** The service as other services see it. */
  readonly inside: Client<typeof IntrospectionService>;
  /** The service as a machine with that token sees it, over the network. */
  outside(token: string): Client<typeof IntrospectionService>;
}

/** A design of two nodes, and a token for the first. */
async function withIntrospection(work: (world: World) => Promise<void>): Promise<void> {
  await withDatabase(async (database) => {
    const log = pino({ level: "fatal" });
    const tokens = createNodeTokenStore(database.db);
    const clients = createServiceClients(() => ({ local: { services: host.services, transport } }));
    const host = createServiceHost({
      log,
      authenticator: createNodeAuthenticator(tokens),
      services: [
        mount(DesignStateService, createDesignStateService({ database, secrets: createSecretStore(testKey) })),
        mount(
          IntrospectionService,
          createIntrospectionService({
            db: database.db,
            tokens,
            designState: () => clients.clientFor(DesignStateService),
            orchestrator: () => clients.clientFor(OrchestratorService),
          }),
        ),
      ],
    });
    const transport = createInProcessTransport(host, { name: "tester", role: Role.SERVICE });
    const state = clients.clientFor(DesignStateService);
    await commitTo(state, "main", smallSite(2));
    const listener = await listen({ address: { host: "127.0.0.1", port: 0, tls: false }, host, log });
    const opened: { close(): void }[] = [];
    try {
      await work({
        database,
        state,
        inside: clients.clientFor(IntrospectionService),
        outside(token) {
          const way = createNetworkTransport({ url: listener.url, token });
          opened.push(way);
          return createClient(IntrospectionService, way);
        },
      });
    } finally {
      for (const way of opened) way.close();
      await listener.close({ graceMs: 100 });
    }
  });
}

const hash = (token: string) => createHash("sha256").update(token).digest("hex");
const inAnHour = () => timestampFromDate(new Date(Date.now() + 3_600_000));

async function register(world: World, token: string, node: string): Promise<void> {
  await world.inside.registerNodeToken({
    tokenSha256: hash(token),
    design: "lab",
    node,
    jobId: "j1",
    expiresAt: inAnHour(),
  });
}

const lshw = (pci: string) =>
  JSON.stringify({
    id: "n000",
    class: "system",
    vendor: "Acme Corp",
    product: "Box",
    serial: "S1",
    children: [
      { id: "firmware", class: "memory", version: "1.2" },
      { id: "memory", class: "memory", size: 17179869184 },
      { id: "cpu", class: "processor", configuration: { threads: "16" } },
      {
        id: "network",
        class: "network",
        businfo: `pci@${pci}`,
        logicalname: "eno1",
        serial: "52:54:00:00:00:01",
        vendor: "Intel",
        product: "I350",
        configuration: { driver: "igb", firmware: "1.63" },
      },
      {
        id: "disk",
        class: "disk",
        businfo: "scsi@2:0.0.0",
        logicalname: "/dev/sda",
        serial: "D1",
        product: "PERC",
        size: 480000000000,
      },
    ],
  });

const manifest = (content: string) => ({ manifest: { format: ManifestFormat.LSHW_JSON, content } });

test("a node loads its own effective data, and nobody else's", () =>
  withIntrospection(async (world) => {
    await register(world, "token-of-n000", "n000");
    const node = world.outside("token-of-n000");
    const self = await node.getSelf({});
    expect([self.name, self.design, self.fqdn]).toEqual(["n000", "lab", "n000.lab.example"]);
    expect(self.node?.addressing.map(({ network, address }) => [network, address])).toEqual([["mgmt", "10.0.0.10"]]);
    expect((await node.getSelf({ node: "n000" })).name).toBe("n000");
    const refused = await failureOf(node.getSelf({ node: "n001" }));
    expect([refused.code, refused.reason]).toEqual(["PermissionDenied", "OTHER_NODE"]);
    for (const call of [
      node.reportStatus({ node: "n001", phase: NodeReportPhase.READY }),
      node.reportHardware({ node: "n001", ...manifest(lshw("0000:00:03.0")) }),
    ]) {
      expect((await failureOf(call)).reason).toBe("OTHER_NODE");
    }
  }));

test("a node learns nothing it could open a controller with", () =>
  withIntrospection(async (world) => {
    await commitTo(world.state, "bmc", [
      {
        ...{
          kind: "Node",
          name: "n000",
          complete: true,
          form: "test",
          location: { uri: "bmc.yaml", line: 1, column: 1 },
        },
        spec: { oob: { type: "ipmi", account: "root", credential: { literal: "canary-bmc" } } },
        source: { line: 1, column: 1 },
      },
    ]);
    await register(world, "token-of-n000", "n000");
    const self = await world.outside("token-of-n000").getSelf({});
    expect(self.node?.oob).toBeUndefined();
    expect(JSON.stringify(self.node?.interfaces)).toContain("pxe");
  }));

test("an unknown or expired token opens nothing", () =>
  withIntrospection(async (world) => {
    const { tokenSha256, ...rest } = { tokenSha256: hash("old"), design: "lab", node: "n000", jobId: "j1" };
    await world.inside.registerNodeToken({
      tokenSha256,
      ...rest,
      expiresAt: timestampFromDate(new Date(Date.now() - 1000)),
    });
    for (const token of ["nobody-knows-me", "old"]) {
      expect((await failureOf(world.outside(token).getSelf({}))).code).toBe("Unauthenticated");
    }
  }));

test("only the hash of a token is stored", () =>
  withIntrospection(async (world) => {
    await register(world, "token-of-n000", "n000");
    const rows = await execute<{ row: string }>(
      world.database.db,
      sql`select node_token::text as row from bedplate.node_token`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).toContain(hash("token-of-n000"));
    expect(rows[0]?.row).not.toContain("token-of-n000");
  }));

test("what a machine reports of itself is stored and held against its hardware profile", () =>
  withIntrospection(async (world) => {
    await register(world, "token-of-n000", "n000");
    const node = world.outside("token-of-n000");
    const fits = await node.reportHardware(manifest(lshw("0000:00:03.0")));
    expect([fits.verdict, fits.differences]).toEqual([HardwareVerdict.MATCH, []]);
    const stored = await world.state.getAsBuilt({ design: "lab", node: "n000" });
    expect(stored.manifest).toMatchObject({
      systemVendor: "Acme Corp",
      firmwareVersion: "1.2",
      cpuCount: 16,
      memoryMib: 16384,
      source: "node",
    });
    expect(stored.manifest?.disks[0]).toMatchObject({
      logicalName: "sda",
      scsiAddress: "2:0.0.0",
      sizeBytes: "480000000000",
    });

    // What MAAS knew of a device and lshw doesn't tell stays known; which module drives it is lshw's word.
    const devices = [{ pciAddress: "0000:00:03.0", vendorId: "8086", productId: "1521", driver: "vfio-pci" }];
    const seen = { systemSerial: "S1", cpuModel: "Xeon", bootMode: "uefi", devices, modules: ["igb"] };
    await world.state.recordNodeStatus({ design: "lab", updates: [{ node: "n000", asBuilt: seen }] });
    await node.reportHardware(manifest(lshw("0000:00:03.0")));
    expect((await world.state.getAsBuilt({ design: "lab", node: "n000" })).manifest).toMatchObject({
      ...{ cpuModel: "Xeon", bootMode: "uefi", modules: [] },
      devices: [{ pciAddress: "0000:00:03.0", vendorId: "8086", productId: "1521", driver: "igb" }],
    });

    const differs = await node.reportHardware(manifest(lshw("0000:00:09.0")));
    expect(differs.verdict).toBe(HardwareVerdict.MISMATCH);
    expect(differs.differences[0]).toMatchObject({ field: 'device_aliases["nic1"].address', designed: "0000:00:03.0" });
    const { status } = await world.state.getNodeStatus({ design: "lab", node: "n000" });
    expect(status?.hardwareVerdict).toBe(HardwareVerdict.MISMATCH);
  }));

test("a manifest that can't be read is refused with the reason", () =>
  withIntrospection(async (world) => {
    await register(world, "token-of-n000", "n000");
    const node = world.outside("token-of-n000");
    for (const content of ["no json", "[]", '{"class":"disk"}', `${"[".repeat(100)}${"]".repeat(100)}`]) {
      const refused = await failureOf(node.reportHardware(manifest(content)));
      expect([refused.code, refused.reason]).toEqual(["InvalidArgument", "INVALID_FIELD"]);
    }
  }));

test("a node that reports it is ready has called in", () =>
  withIntrospection(async (world) => {
    await register(world, "token-of-n000", "n000");
    const node = world.outside("token-of-n000");
    await node.reportStatus({ phase: NodeReportPhase.BOOTING, message: "hello" });
    const before = (await world.state.getNodeStatus({ design: "lab", node: "n000" })).status;
    expect(before?.calledInAt).toBeUndefined();
    const { recordedAt } = await node.reportStatus({
      phase: NodeReportPhase.READY,
      message: "up",
      progressPercent: 100,
    });
    const after = (await world.state.getNodeStatus({ design: "lab", node: "n000" })).status;
    expect(after?.calledInAt).toEqual(recordedAt);
    expect(after?.conditions.map(({ type, status, message }) => [type, status, message])).toContainEqual([
      "NodeReady",
      true,
      "up",
    ]);
  }));
