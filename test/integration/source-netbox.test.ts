import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { ConfiguredNetboxSource } from "../../src/config/server-config.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { gitSource, withSources } from "../support/followed-sources.ts";
import { withGitRepository } from "../support/git-repository.ts";
import { type NetboxServer, netboxToken, startNetbox } from "../support/netbox-server.ts";
import { labWorld } from "../support/netbox-world.ts";
import type { StateClient } from "../support/state-service.ts";
import { TLS_PAIR } from "../support/tls-pair.ts";

const servers: NetboxServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function netbox(nodes: number, maxPageSize?: number): Promise<NetboxServer> {
  const server = await startNetbox(labWorld(nodes), maxPageSize);
  servers.push(server);
  return server;
}

function source(url: string, more: Partial<ConfiguredNetboxSource> = {}): ConfiguredNetboxSource {
  const where = { name: "ipam", type: "netbox", url, design: "lab", layer: "netbox", site: "lab" } as const;
  return { ...where, roles: ["server"], intervalSeconds: 3600, secrets: { token: "file:netbox" }, ...more };
}

const options = { resolveSecret: () => Promise.resolve(netboxToken), backoffMs: 1 };

/** What people write: what machines shall become. Where they are and which addresses they have is NetBox's. */
const yaml = `apiVersion: bedplate/v1
kind: Site
metadata: {name: lab}
spec: {domain: lab.example}
---
apiVersion: bedplate/v1
kind: NetworkLink
metadata: {name: access}
spec: {trunking: {mode: disabled, default_network: mgmt}}
---
apiVersion: bedplate/v1
kind: Network
metadata: {name: mgmt}
spec:
  routes: [{subnet: 0.0.0.0/0, gateway: 10.0.0.1}]
---
apiVersion: bedplate/v1
kind: HardwareProfile
metadata: {name: box}
spec:
  vendor: Acme
  device_aliases: [{alias: nic1, bus_type: pci, address: '0000:00:03.0'}]
---
apiVersion: bedplate/v1
kind: HostProfile
metadata: {name: base}
spec:
  hardware_profile: box
  oob: {type: manual}
  primary_network: mgmt
  platform: {image: noble}
  storage: {layout: flat}
  interfaces: [{name: pxe, device_link: access, slaves: [nic1], networks: [mgmt]}]
`;

async function nodeOf(state: StateClient, name: string) {
  const { item } = await state.getItem({ design: "lab", kind: "Node", name });
  if (item?.spec.case !== "node") throw new Error(`there is no node ${name}`);
  return item.spec.value;
}

test("a NetBox and a repository make one design: what a node has from one, what it becomes from the other", () =>
  withDatabase((database) =>
    withGitRepository(async (repository, folder) => {
      const server = await netbox(3);
      repository.commit({ "site.yaml": yaml }, "profiles");
      const sources = [gitSource(repository.url, { layer: "site" }), source(server.url)];
      await withSources(
        database,
        folder,
        sources,
        async (followed, state) => {
          await followed.sync("site");
          expect(await followed.sync("ipam")).toMatchObject({
            changed: true,
            source: { type: "netbox", revision: 2n },
          });
          const { revision } = await state.getRevision({ design: "lab" });
          expect((await state.listDiagnostics({ design: "lab" })).diagnostics.map(({ message }) => message)).toEqual(
            [],
          );
          expect(revision).toMatchObject({ valid: true, author: "netbox:ipam", layers: ["netbox"] });
          expect(revision?.message).toBe("NetBox ipam: 3 devices, 2 prefixes, 2 racks");
          expect(revision?.metadata).toEqual({
            "netbox.url": server.url,
            "netbox.site": "lab",
            "netbox.last_updated": "2026-11-01T08:00:00.000000Z",
          });
          expect(await nodeOf(state, "n001")).toMatchObject({
            ...{ hostProfile: "base", hardwareProfile: "box", bootMac: "52:54:00:00:00:01", fqdn: "n001.lab.example" },
            metadata: { rack: "r02", tags: ["compute"], ownerData: { netbox_role: "server", team: "ai" } },
            oob: { network: "oob" },
            addressing: [
              { network: "mgmt", address: "10.0.0.11" },
              { network: "oob", address: "10.9.0.11" },
            ],
          });
          const explained = await state.explain({
            design: "lab",
            kind: "Node",
            name: "n001",
            path: 'addressing["mgmt"].address',
          });
          expect(explained.explanation?.from).toMatchObject({
            uri: `${server.url}/ipam/ip-addresses/1001/`,
            line: 1,
          });

          expect(await followed.sync("ipam")).toMatchObject({ changed: false });
          server.change("addresses", 1001, { address: "10.0.7.7/16" });
          expect(await followed.sync("ipam")).toMatchObject({ changed: true, source: { revision: 3n } });
          expect((await state.getRevision({ design: "lab" })).revision?.counters?.documentsChanged).toBe(1);
          expect((await nodeOf(state, "n001")).addressing[0]?.address).toBe("10.0.7.7");
        },
        options,
      );
    }),
  ));

test("a list of many pages is read whole, and one that changes meanwhile is read again", () =>
  withDatabase(async (database) => {
    const server = await netbox(7, 3);
    await withSources(
      database,
      "/nonexistent",
      [source(server.url)],
      async (followed, state) => {
        server.faults.push(
          { path: "/api/dcim/devices", fault: () => {} },
          { path: "/api/dcim/devices", fault: () => {} },
        );
        server.faults.push({
          path: "/api/dcim/devices",
          // The first device of the first page goes: everything moves up by one, and a page of offset 3 would pass one over.
          fault: () => {
            server.world.devices = server.world.devices.filter(({ id }) => id !== 100);
          },
        });
        await followed.sync("ipam");
        const { items } = await state.listItems({ design: "lab", kind: "Node" });
        expect(items.map(({ name }) => name)).toEqual(["n001", "n002", "n003", "n004", "n005", "n006"]);
        const asked = server.requests.filter(
          (request) => request.startsWith("/api/dcim/devices/?") && request.includes("ordering=id"),
        );
        expect(asked.map((request) => new URL(request, server.url).searchParams.get("offset"))).toEqual([
          "0",
          "3",
          "0",
          "3",
        ]);
        expect(asked.every((request) => request.includes("exclude=config_context&"))).toBe(true);
      },
      options,
    );
  }));

test("a NetBox that dies in the middle of a page, or stays away, changes nothing", () =>
  withDatabase(async (database) => {
    const server = await netbox(2);
    await withSources(
      database,
      "/nonexistent",
      [source(server.url)],
      async (followed, state) => {
        await followed.sync("ipam");
        const [before] = await followed.list();
        server.change("addresses", 1000, { address: "10.0.9.9/16" });
        server.faults.push(
          ...Array.from({ length: 4 }, () => ({ path: "/api/ipam/ip-addresses", fault: "dies" as const })),
        );
        expect(await failureOf(followed.sync("ipam"))).toMatchObject({
          code: "Unavailable",
          reason: "TARGET_UNREACHABLE",
        });
        const [after] = await followed.list();
        expect(after).toMatchObject({
          position: before?.position,
          revision: 1n,
          error: expect.stringContaining("can't be reached"),
        });
        expect((await state.getDesign({ design: "lab" })).design?.revision).toBe(1n);
        // Once is not often enough to give up.
        server.faults.push(
          { path: "/api/ipam/ip-addresses", fault: "dies" },
          { path: "/api/dcim/racks", fault: { status: 429, retryAfter: 0 } },
        );
        expect(await followed.sync("ipam")).toMatchObject({ changed: true, source: { revision: 2n, error: "" } });
      },
      options,
    );
  }));

test("a token that isn't known and filters that select nothing are errors of the source, without the token in them", () =>
  withDatabase(async (database) => {
    const server = await netbox(1);
    const failed = (one: ConfiguredNetboxSource, token = netboxToken) =>
      withSources(database, "/nonexistent", [one], (followed) => failureOf(followed.sync("ipam")), {
        ...{ backoffMs: 1, resolveSecret: () => Promise.resolve(token) },
      });
    const unknown = await failed(source(server.url), "not-the-token");
    expect(unknown).toMatchObject({ code: "Unauthenticated", reason: "TARGET_UNAUTHENTICATED" });
    expect(unknown.message).not.toContain("not-the-token");
    const nowhere = await failed(source(server.url, { site: "nowhere" }));
    expect(nowhere).toMatchObject({ code: "FailedPrecondition", reason: "TARGET_REJECTED" });
    expect(nowhere.message).toContain("Select a valid choice. nowhere is not one of the available choices.");
    server.world.prefixes = [];
    server.world.racks = [];
    server.world.devices = [];
    expect((await failed(source(server.url))).message).toMatch(/has nothing that the source selects/);
    expect((await failed(source(`${server.url}/elsewhere`))).reason).toBe("TARGET_REJECTED");
  }));

test("where no list changed a NetBox is only glanced at, and now and then read all the same", () =>
  withDatabase(async (database) => {
    const server = await netbox(2);
    await withSources(
      database,
      "/nonexistent",
      [source(server.url, { roles: [] })],
      async (followed, state) => {
        await followed.sync("ipam");
        // A role that is renamed changes no device.
        server.world.roles = server.world.roles.map((role) => (role.id === 1 ? { ...role, slug: "machine" } : role));
        server.requests.length = 0;
        const roleOf = async () => (await nodeOf(state, "n000")).metadata?.ownerData.netbox_role;
        for (let look = 0; look < 9; look++) expect(await followed.sync("ipam")).toMatchObject({ changed: false });
        // One object of each of five lists.
        expect(server.requests).toHaveLength(45);
        expect(server.requests.every((request) => request.endsWith("limit=1"))).toBe(true);
        expect(await roleOf()).toBe("server");
        expect(await followed.sync("ipam")).toMatchObject({ changed: true });
        expect(await roleOf()).toBe("machine");
      },
      options,
    );
  }));

test("a NetBox whose certificate nobody vouches for gets no token", () =>
  withDatabase(async (database) => {
    const requests: string[] = [];
    const server = createServer(TLS_PAIR, (request) => requests.push(request.url ?? ""));
    server.listen(0, "localhost");
    await once(server, "listening");
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    try {
      await withSources(
        database,
        "/nonexistent",
        [source(url)],
        async (followed) => {
          const refused = await failureOf(followed.sync("ipam"));
          expect(refused).toMatchObject({ code: "Unavailable", reason: "TARGET_UNREACHABLE" });
          expect(refused.message).toContain("SELF_SIGNED");
        },
        options,
      );
      expect(requests).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }));
