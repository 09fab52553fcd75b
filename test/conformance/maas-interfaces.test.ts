import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type ServerSpec, ServerSpecSchema } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import { fc } from "../support/property.ts";
import { bridgeOver, interfaceState, isBond, linksOf, tagOf, wantedLinks } from "./maas-interface-state.ts";
import { type Lab, labMachine, newOperation, type ServerInit, type SiteInit, startLab } from "./maas-lab.ts";
import { createMaasReader, inside, type MaasReader } from "./maas-reader.ts";
import { at } from "./maas-specs.ts";

const RUNS = 20;
const MODES = ["802.3ad", "active-backup", "balance-rr", "balance-xor", "broadcast", "balance-tlb", "balance-alb"];
const DEVICES = ["nic1", "nic2", "nic3", "nic4"];
const NAMES = ["data0", "data1", "bond0", "bond1"];
/** Two fabrics of one untagged network and two VLANs, one of which has both address families. */
const FABRICS = ["left", "right"].map((link, index) => {
  const net = (name: string, vlan: number, cidr: string, gateway: string, mtu: number) => ({
    ...{ name: `${link}-${name}`, link, vlan, cidr, gateway, mtu },
  });
  const block = `10.${50 + index}`;
  return {
    link,
    native: net("native", 0, `${block}.0.0/24`, `${block}.0.1`, 1500),
    tagged: [
      net("both", 11, `${block}.11.0/24`, `${block}.11.1`, 9000),
      net("six", 11, `fd50:${index + 1}::/64`, `fd50:${index + 1}::1`, 9000),
      net("one", 12, `${block}.12.0/24`, `${block}.12.1`, 1500),
    ],
  };
});
const SITE = {
  name: "lab",
  links: [
    { name: "pxe", mtu: 1500, bondMode: "disabled", nativeNetwork: "pxe" },
    ...FABRICS.map(({ link, native }) => ({ name: link, mtu: 9000, trunk: true, nativeNetwork: native.name })),
  ],
  networks: [
    { name: "pxe", link: "pxe", cidr: "10.20.0.0/24", mtu: 1500 },
    ...FABRICS.flatMap(({ native, tagged }) => [native, ...tagged]),
  ],
} satisfies SiteInit;

type InterfaceInit = Exclude<NonNullable<ServerInit["interfaces"]>[number], { $typeName: string }>;
type NetworkInit = { readonly name: string; readonly cidr: string };

const carriedArb = (network: NetworkInit) =>
  fc
    .record({
      mode: fc.constantFrom("static", "auto", "dhcp", "slaac", "none"),
      host: fc.integer({ min: 10, max: 12 }),
    })
    .map(({ mode, host }) => {
      const start = network.cidr.replace(/0\/\d+$|\/\d+$/, "");
      return { network, mode, ...(mode === "static" && { address: `${start}${host}` }) };
    });

/** An interface over some devices, without its name. */
function interfaceArb(devices: readonly string[], index: number): fc.Arbitrary<InterfaceInit> {
  const bonding = fc.record({
    bondMode: fc.constantFrom(...MODES),
    bondMonRate: fc.option(
      fc.integer({ min: 1, max: 3 }).map((step) => step * 100),
      { nil: undefined },
    ),
    bondUpDelay: fc.option(fc.constantFrom(0, 300), { nil: undefined }),
    bondDownDelay: fc.option(fc.constantFrom(0, 600), { nil: undefined }),
    bondNumGratArp: fc.option(fc.constantFrom(1, 7), { nil: undefined }),
    bondHash: fc.constantFrom("", "layer2", "layer3+4", "encap2+3"),
    bondPeerRate: fc.constantFrom("", "slow", "fast"),
  });
  const plain = fc.constant({ bondMode: "disabled" });
  return fc
    .record({
      fabric: fc.constantFrom(...FABRICS),
      mtu: fc.constantFrom(0, 9000),
      bond: devices.length > 1 ? bonding : fc.oneof(plain, bonding),
      carries: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      bridges: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      bridge: fc.record({
        type: fc.constantFrom("", "standard", "ovs"),
        stp: fc.boolean(),
        forwardDelay: fc.option(fc.constantFrom(0, 4, 15), { nil: undefined }),
      }),
    })
    .chain(({ fabric, mtu, bond, carries, bridges, bridge }) => {
      const networks = [fabric.native, ...fabric.tagged].filter((_, at) => carries[at]);
      return fc.tuple(...networks.map(carriedArb)).map((carried): InterfaceInit => {
        let leased = new Set<number>();
        const once = carried.map((each) => {
          const vid = (each.network as { vlan?: number }).vlan ?? 0;
          if (each.mode !== "dhcp") return each;
          const mode = leased.has(vid) ? "none" : "dhcp";
          leased = leased.add(vid);
          return { ...each, mode };
        });
        const over = new Set<number>();
        const bridged = once.filter(({ network }, at) => {
          const vid = (network as { vlan?: number }).vlan ?? 0;
          if (!bridges[at] || over.has(vid)) return false;
          over.add(vid);
          return true;
        });
        const given = Object.fromEntries(Object.entries(bond).filter(([, value]) => value !== undefined));
        return {
          name: "",
          devices: [...devices],
          link: { name: fabric.link, trunk: true, nativeNetwork: fabric.native.name, mtu, ...given },
          networks: once,
          bridges: bridged.map(({ network }, at) => {
            const { forwardDelay, ...rest } = bridge;
            const delay = forwardDelay === undefined ? {} : { forwardDelay };
            return { name: `br${index}-${at}`, network: network.name, ...rest, ...delay };
          }),
        };
      });
    });
}

/** The interfaces of a machine: its four data NICs in groups, each under one of four names. */
const specArb: fc.Arbitrary<ServerInit> = fc
  .record({
    groups: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    names: fc.shuffledSubarray(NAMES, { minLength: 4, maxLength: 4 }),
    primary: fc.constantFrom("", "left-both", "right-six", "left-native"),
  })
  .chain(({ groups, names, primary }) => {
    const used = [...new Set(groups)];
    const parts = used.map((group, index) =>
      interfaceArb(
        DEVICES.filter((_, at) => groups[at] === group),
        index,
      ),
    );
    return fc.tuple(...parts).map((interfaces) => {
      // Two interfaces of one address cannot be: of a network, the second keeps none.
      const addresses = new Set<string>();
      return specOf(
        primary,
        interfaces.map(
          (each, index): InterfaceInit => ({
            ...each,
            name: names[index] ?? "",
            networks: (each.networks ?? []).map((carried) => {
              const { mode = "", address = "" } = carried as { mode?: string; address?: string };
              if (mode !== "static" || !addresses.has(address)) {
                addresses.add(address);
                return carried;
              }
              return { ...carried, mode: "none", address: "" } as typeof carried;
            }),
          }),
        ),
      );
    });
  });

function specOf(primaryNetwork: string, interfaces: readonly InterfaceInit[]): ServerInit {
  return {
    identity: { name: "n1", bootMac: "52:54:00:00:01:01", oobAddress: "10.99.0.1" },
    architecture: "amd64",
    oob: { type: "ipmi", address: "10.99.0.1", account: "bedplate", credential: "bmc-secret", driverOwnsPower: true },
    aliases: ["0000:18:00.0", "0000:18:00.1", "0000:5e:00.0", "0000:5e:00.1"].map((address, index) => ({
      ...{ alias: DEVICES[index] ?? "", busType: "pci", address },
    })),
    interfaces: [...interfaces],
    primaryNetwork,
    specDigest: "b".repeat(64),
  };
}

/** What of a machine's interfaces is not as a specification says. */
async function faultsOf(reader: MaasReader, systemId: string, init: ServerInit): Promise<string[]> {
  const spec: ServerSpec = create(ServerSpecSchema, init);
  const all = await reader.interfaces(systemId);
  const state = interfaceState(spec, all, await reader.list(`nodes/${systemId}/devices/`));
  const faults: string[] = [];
  const hold = (what: string, is: unknown, wanted: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(wanted))
      faults.push(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
  };
  const expected = new Set(["pxe"]);
  for (const nic of spec.interfaces) {
    const base = state.base(nic);
    const { link } = nic;
    if (link === undefined) continue;
    hold(`${nic.name} name`, at(base, "name"), nic.name);
    hold(`${nic.name} fabric`, [inside(base, "vlan", "fabric"), inside(base, "vlan", "vid")], [link.name, 0]);
    if (link.mtu !== 0) hold(`${nic.name} mtu`, at(base, "effective_mtu"), link.mtu);
    expected.add(nic.name);
    if (isBond(nic)) {
      hold(`${nic.name} parents`, at(base, "parents"), nic.devices.map((device) => state.deviceName(device)).sort());
      const wanted: Record<string, unknown> = {
        bond_mode: link.bondMode,
        bond_miimon: link.bondMonRate,
        bond_updelay: link.bondUpDelay,
        bond_downdelay: link.bondDownDelay,
        bond_num_grat_arp: link.bondNumGratArp,
        bond_xmit_hash_policy: link.bondHash || undefined,
        bond_lacp_rate: link.bondPeerRate || undefined,
      };
      for (const [name, value] of Object.entries(wanted)) {
        if (value !== undefined) hold(`${nic.name} ${name}`, inside(base, "params", name), value);
      }
    }
    const tags = new Set([0, ...nic.networks.map(({ network }) => (network === undefined ? 0 : tagOf(nic, network)))]);
    for (const vid of tags) {
      const network = nic.networks.find(
        (each) => each.network !== undefined && tagOf(nic, each.network) === vid,
      )?.network;
      const holder = network === undefined ? base : state.holder(nic, network);
      const carrier = network === undefined ? base : state.carrier(nic, network);
      hold(`${nic.name} links of ${vid}`, linksOf(holder), wantedLinks(nic, vid));
      hold(`${nic.name} vid ${vid}`, [inside(carrier, "vlan", "vid"), inside(holder, "vlan", "vid")], [vid, vid]);
      if (vid !== 0) expected.add(`${nic.name}.${vid}`);
      if (vid !== 0) hold(`${nic.name} mtu of ${vid}`, at(carrier, "effective_mtu"), network?.mtu);
      const bridge = network === undefined ? undefined : bridgeOver(nic, network);
      if (bridge === undefined) continue;
      expected.add(bridge.name);
      hold(`${bridge.name} over`, [at(holder, "type"), at(holder, "parents")], ["bridge", [at(carrier, "name")]]);
      hold(`${bridge.name} stp`, inside(holder, "params", "bridge_stp"), bridge.stp);
      if (bridge.type !== "") hold(`${bridge.name} type`, inside(holder, "params", "bridge_type"), bridge.type);
      if (bridge.forwardDelay !== undefined) {
        hold(`${bridge.name} delay`, inside(holder, "params", "bridge_fd"), bridge.forwardDelay);
      }
      hold(`${bridge.name} mtu`, at(holder, "effective_mtu"), network?.mtu);
    }
  }
  const made = all.filter((nic) => at(nic, "type") !== "physical").map((nic) => String(at(nic, "name")));
  hold(
    "interfaces nobody asked for",
    made.filter((name) => !expected.has(name)),
    [],
  );
  return faults;
}

async function networkLab(): Promise<{ lab: Lab; reader: MaasReader; systemId: string }> {
  const lab = await startLab([
    labMachine(1, {
      nics: [
        { name: "ens1", mac: "52:54:00:00:01:01", pci_address: "0000:01:00.0", network: "10.20.0.0/24" },
        ...["0000:18:00.0", "0000:18:00.1", "0000:5e:00.0", "0000:5e:00.1"].map((pci_address, index) => ({
          ...{ name: `ens2f${index}`, mac: `52:54:00:00:01:1${index}`, pci_address },
        })),
      ],
    }),
  ]);
  await lab.site(SITE);
  await lab.phase(specOf("", []), ServerPhase.COMMISSIONED);
  const reader = createMaasReader(lab.sim.url, lab.sim.apiKey);
  return { lab, reader, systemId: await reader.systemId("n1") };
}

test("interfaces of any kind come from any other, stay, and are then nothing to plan", async () => {
  const { lab, reader, systemId } = await networkLab();
  const phase = ServerPhase.NETWORK_CONFIGURED;
  await fc.assert(
    fc.asyncProperty(specArb, specArb, async (before, spec) => {
      await reader.post(`machines/${systemId}/?op=restore_networking_configuration`);
      await lab.phase(before, phase);
      await lab.phase(spec, phase);
      expect(await faultsOf(reader, systemId, spec)).toEqual([]);
      const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase });
      expect(changes).toEqual([]);
      const writes = (await lab.ledger()).length;
      await lab.phase(spec, phase);
      expect(await lab.ledger()).toHaveLength(writes);
    }),
    { numRuns: RUNS },
  );
});

/** What lies between the driver and its MAAS: after so many writes it cuts each further one off, before or after MAAS has carried it out. */
async function cuttingProxy(target: string): Promise<{ url: string; open(writes: number, afterwards: boolean): void }> {
  let left = Number.POSITIVE_INFINITY;
  let isLate = false;
  const server = createServer((request, response) => {
    if (request.method !== "GET") left -= 1;
    const isCut = request.method !== "GET" && left < 0;
    if (isCut && !isLate) {
      request.socket.destroy();
      return;
    }
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", async () => {
      const sent = { method: request.method ?? "GET", headers: headers as Record<string, string> };
      const answer = await fetch(new URL(request.url ?? "", target), {
        ...sent,
        ...(body.length > 0 && { body: Buffer.concat(body) }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (isCut) request.socket.destroy();
      else response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${new URL(target).pathname}`,
    open(writes, afterwards) {
      left = writes;
      isLate = afterwards;
    },
  };
}

test.each([
  ["before MAAS has it", false],
  ["after MAAS has carried it out", true],
])("a configuration that is cut off at any write, %s, is brought to its end by the next", async (_when, isLate) => {
  const { lab, reader, systemId } = await networkLab();
  const proxy = await cuttingProxy(lab.sim.url);
  const target = { ...lab.target, endpoint: proxy.url };
  const [left, right] = FABRICS;
  if (left === undefined || right === undefined) throw new Error("no fabrics");
  const link = (name: string) => ({ name, trunk: true, nativeNetwork: `${name}-native`, mtu: 9000 });
  const before = specOf("", [
    {
      name: "bond1",
      devices: ["nic2", "nic3"],
      link: { ...link("right"), bondMode: "802.3ad" },
      networks: [{ network: right.native, mode: "static", address: "10.51.0.10" }],
      bridges: [{ name: "br9", network: right.native.name }],
    },
    { name: "data0", devices: ["nic4"], link: { ...link("right"), bondMode: "disabled" } },
  ]);
  const [both, six, one] = left.tagged;
  const after = specOf("left-both", [
    {
      name: "bond0",
      devices: ["nic1", "nic2"],
      link: { ...link("left"), bondMode: "active-backup", bondNumGratArp: 3 },
      networks: [
        ...(both ? [{ network: both, mode: "static", address: "10.50.11.10" }] : []),
        ...(six ? [{ network: six, mode: "auto" }] : []),
        ...(one ? [{ network: one, mode: "dhcp" }] : []),
      ],
      bridges: [{ name: "br0", network: "left-both", stp: true }],
    },
    {
      name: "data0",
      devices: ["nic3"],
      link: { ...link("right"), bondMode: "disabled" },
      networks: [{ network: right.native, mode: "static", address: "10.51.0.10" }],
    },
    { name: "data1", devices: ["nic4"], link: { ...link("left"), bondMode: "disabled" } },
  ]);
  const phase = ServerPhase.NETWORK_CONFIGURED;
  const ensure = async (spec: ServerInit) => {
    const operation = { operationId: newOperation(), precondition: "" };
    const { result } = await lab.driver.server.ensureServer({ target, spec, phase, operation });
    return result?.outcome.case;
  };
  let cuts = 0;
  for (let isWhole = false; !isWhole; ) {
    proxy.open(Number.POSITIVE_INFINITY, false);
    await reader.post(`machines/${systemId}/?op=restore_networking_configuration`);
    await lab.phase(before, phase);
    proxy.open(cuts, isLate);
    isWhole = await ensure(after).then(
      (outcome) => outcome === "done",
      (error) => {
        if (error instanceof ConnectError && error.code === Code.Unavailable) return false;
        throw error;
      },
    );
    proxy.open(Number.POSITIVE_INFINITY, false);
    await lab.phase(after, phase);
    expect({ cuts, faults: await faultsOf(reader, systemId, after) }).toEqual({ cuts, faults: [] });
    const { changes } = await lab.driver.server.planServer({ target, spec: after, phase });
    expect(changes).toEqual([]);
    cuts += 1;
  }
  // As many cuts as writes, and the run that was not cut.
  expect(cuts).toBeGreaterThan(15);
});

const plain = (name: string, device: string, more: Partial<InterfaceInit> = {}): InterfaceInit => ({
  ...{ name, devices: [device] },
  link: { name: "left", trunk: true, nativeNetwork: "left-native", bondMode: "disabled" },
  ...more,
});

test("NICs change names with each other, and those of no interface keep all they have", async () => {
  const { lab, reader, systemId } = await networkLab();
  const phase = ServerPhase.NETWORK_CONFIGURED;
  const other = (await reader.interfaces(systemId)).find((nic) => at(nic, "name") === "ens2f3");
  await lab.phase(specOf("", [plain("ens2f1", "nic1"), plain("ens2f2", "nic2"), plain("ens2f0", "nic3")]), phase);
  const nics = await reader.interfaces(systemId);
  const macs = Object.fromEntries(nics.map((nic) => [at(nic, "name"), at(nic, "mac_address")]));
  expect(macs).toMatchObject({
    ens2f1: "52:54:00:00:01:10",
    ens2f2: "52:54:00:00:01:11",
    ens2f0: "52:54:00:00:01:12",
  });
  expect(nics.find((nic) => at(nic, "name") === "ens2f3")).toEqual(other);
  const writes = (await lab.ledger()).length;
  const refused = await lab.phase(specOf("", [plain("ens2f3", "nic1")]), phase).catch((error: Error) => error.message);
  expect(refused).toContain("machine n1 has an interface ens2f3 already (physical, MAC address 52:54:00:00:01:13)");
  expect(await lab.ledger()).toHaveLength(writes);
});

test("aliases that fit no NIC, or one twice, stop before anything is written", async () => {
  const { lab } = await networkLab();
  const phase = ServerPhase.NETWORK_CONFIGURED;
  const writes = (await lab.ledger()).length;
  const refusal = async (address: string) => {
    const spec = specOf("", [plain("data0", "nic1"), plain("data1", "nic2")]);
    const aliases = spec.aliases?.map((alias) => (alias.alias === "nic2" ? { ...alias, address } : alias)) ?? [];
    return lab.phase({ ...spec, aliases }, phase).catch((error: Error) => error.message);
  };
  expect(await refusal("0000:99:00.0")).toContain("alias nic2 (pci address 0000:99:00.0) of interface data1 fits no");
  expect(await refusal("regexp:0000:5e:00")).toContain("fits 2 network interfaces of machine n1");
  expect(await refusal("0000:18:00.0")).toContain("the devices nic1 and nic2 are the same network interface");
  expect(await lab.ledger()).toHaveLength(writes);
});

test("a taken address is told with who has it", async () => {
  const { lab, reader, systemId } = await networkLab();
  const nics = await reader.interfaces(systemId);
  const path = `nodes/${systemId}/interfaces/${String(
    at(
      nics.find((nic) => at(nic, "name") === "ens2f3"),
      "id",
    ),
  )}/`;
  const [left] = FABRICS;
  if (left === undefined) throw new Error("no fabric");
  const form = { mode: "STATIC", subnet: left.native.cidr, ip_address: "10.50.0.10", force: "true" };
  await reader.post(`${path}?op=link_subnet`, form);
  const networks = [{ network: left.native, mode: "static", address: "10.50.0.10" }];
  const refused = lab.phase(specOf("", [plain("data0", "nic1", { networks })]), ServerPhase.NETWORK_CONFIGURED);
  await expect(refused).rejects.toThrow(
    "address 10.50.0.10 of node n1: an address is already in use in MAAS, by machine n1",
  );
});
