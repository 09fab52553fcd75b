import { expect, test } from "vitest";
import { PowerState, ServerPhase, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { labMachine, newOperation, startLab } from "./maas-lab.ts";
import { at, commissionedLab, named, PHASES, serverSpec, siteSpec } from "./maas-specs.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED, RELEASED } = ServerPhase;

test("a machine goes from unknown to deployed, and a second run writes nothing", async () => {
  const lab = await startLab();
  const { target } = lab;
  const { server } = lab.driver;
  const plan = await server.planSite({ target, spec: siteSpec() });
  expect(plan.changes.map(({ object, action }) => `${action} ${object}`)).toEqual([
    "update fabric pxe",
    "create fabric data",
    "update vlan data/0",
    "create vlan data/21",
    "create vlan data/22",
    "update subnet 10.20.0.0/24",
    "create subnet 10.21.0.0/24",
    "create subnet 10.22.0.0/24",
    "create iprange 10.20.0.100-10.20.0.200",
    "create iprange 10.20.0.1-10.20.0.9",
    "update vlan pxe/0",
    "create static route 10.21.0.0/24 to 10.22.0.0/24 via 10.21.0.254",
    "create tag compute",
    "create script bedplate-manifest",
  ]);
  const site = await lab.site(siteSpec(), plan.precondition);
  expect(site.changed).toBe(true);
  const subnets = await lab.read("subnets/");
  expect(named(subnets, "mgmt")).toMatchObject({
    cidr: "10.21.0.0/24",
    gateway_ip: "10.21.0.1",
    dns_servers: ["10.21.0.2", "10.21.0.3"],
    vlan: { vid: 21, fabric: "data", name: "mgmt", mtu: 1500 },
  });
  expect(named(subnets, "pxe")).toMatchObject({ vlan: { vid: 0, fabric: "pxe", dhcp_on: true } });

  const spec = serverSpec();
  let token = "";
  for (const phase of PHASES) {
    const before = await server.planServer({ target, spec, phase });
    expect(before.changes.length).toBeGreaterThan(0);
    const { done, token: next } = await lab.phase(spec, phase, { precondition: token || before.precondition });
    expect(done.changed).toBe(true);
    token = next;
    expect((await server.planServer({ target, spec, phase })).changes).toEqual([]);
  }

  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  expect(machine).toMatchObject({
    status_name: "Deployed",
    distro_series: "noble",
    hwe_kernel: "ga-24.04",
    tag_names: ["compute", "n1_kp"],
    workload_annotations: { rack: "r1", bedplate_spec_digest: spec.specDigest },
    default_gateways: { ipv4: { gateway_ip: "10.21.0.1" } },
    power_type: "ipmi",
  });
  expect(await lab.read("tags/n1_kp/")).toMatchObject({ kernel_opts: "console=ttyS1,115200n8 quiet" });
  const nics = at(machine, "interface_set");
  expect(named(nics, "bond0")).toMatchObject({
    type: "bond",
    parents: ["ens2f0", "ens2f1"],
    effective_mtu: 9000,
    vlan: { fabric: "data", vid: 0 },
    params: {
      bond_mode: "802.3ad",
      bond_lacp_rate: "slow",
      bond_xmit_hash_policy: "layer3+4",
      bond_miimon: 100,
      bond_updelay: 200,
      bond_downdelay: 200,
    },
  });
  expect(at(named(nics, "bond0.21"), "links")).toMatchObject([{ mode: "static", ip_address: "10.21.0.11" }]);
  expect(named(nics, "bond0.22")).toMatchObject({ effective_mtu: 9000, links: [{ ip_address: "10.22.0.11" }] });
  expect(named(nics, "ens1")).toMatchObject({ links: [{ mode: "dhcp", subnet: { name: "pxe" } }] });
  const disks = at(machine, "blockdevice_set");
  const mounts = ((at(named(disks, "sda"), "partitions") ?? []) as unknown[]).map((part) => at(part, "filesystem"));
  expect(mounts).toContainEqual(expect.objectContaining({ mount_point: "/boot" }));
  expect(mounts).toContainEqual(expect.objectContaining({ mount_point: "/var/log", fstype: "ext4" }));
  expect(named(disks, "vgroot-lvroot")).toMatchObject({ filesystem: { mount_point: "/" } });
  expect(named(disks, "data-images")).toMatchObject({ filesystem: { mount_point: "/images", fstype: "xfs" } });
  expect(named(disks, "data-rest")).toMatchObject({ filesystem: { mount_point: "/srv", mount_options: "noatime" } });

  const writes = (await lab.ledger()).length;
  expect((await lab.site(siteSpec())).changed).toBe(false);
  for (const phase of PHASES) expect((await lab.phase(spec, phase)).done.changed).toBe(false);
  expect((await lab.ledger()).length).toBe(writes);
});

test("a driver killed after every answer, with a core that forgot all tokens, deploys once", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const first = (await lab.driver.server.planServer({ target: lab.target, spec, phase: DEPLOYED })).precondition;
  for (const phase of [NETWORK_CONFIGURED, STORAGE_CONFIGURED]) {
    await lab.phase(spec, phase, { between: lab.restartDriver });
    await lab.restartDriver();
  }
  const operationId = newOperation();
  const token = (await lab.driver.server.planServer({ target: lab.target, spec, phase: DEPLOYED })).precondition;
  const once = { target: lab.target, spec, phase: DEPLOYED, operation: { operationId, precondition: token } };
  await lab.driver.server.ensureServer(once);
  await lab.restartDriver();
  await lab.driver.server.ensureServer(once);
  await lab.restartDriver();
  const { done } = await lab.phase(spec, DEPLOYED, { operationId, precondition: token });
  expect(done.message).toContain("deployed");
  const deploys = (await lab.ledger()).filter(({ op }) => op === "deploy");
  expect(deploys).toHaveLength(1);
  expect(first).not.toBe("");
});

test("a machine MAAS does not know is enlisted by its MAC, and without one the node is named", async () => {
  const lab = await startLab([labMachine(1, { enlisted: false })]);
  const { server } = lab.driver;
  const { target } = lab;
  const spec = serverSpec();
  const nameless = { ...spec, identity: { name: "n1" } };
  await expect(server.planServer({ target, spec: nameless, phase: COMMISSIONED })).rejects.toMatchObject({
    rawMessage: "MAAS has no machine for node n1",
  });
  const { changes } = await server.planServer({ target, spec, phase: COMMISSIONED });
  expect(changes.map(({ action }) => action)).toEqual(["create", "commission"]);
  expect(JSON.stringify(changes)).not.toContain("bmc-secret");
  await lab.phase(spec, COMMISSIONED);
  expect(await lab.read("machines/?hostname=n1")).toMatchObject([{ status_name: "Ready", power_type: "ipmi" }]);
});

test("servers are observed in one listing, by MAC, BMC address or name, and unknown ones as absent", async () => {
  const lab = await startLab([labMachine(1), labMachine(2), labMachine(3)]);
  const servers = [
    { name: "by-mac", bootMac: "52:54:00:00:01:01" },
    { name: "by-bmc", oobAddress: "10.99.0.2" },
    { name: "sim-3" },
    { name: "nobody", bootMac: "52:54:00:00:99:01", oobAddress: "10.99.0.99" },
  ];
  const batches = await Array.fromAsync(lab.driver.server.observeServers({ target: lab.target, servers }));
  const seen = batches.flatMap((batch) => batch.servers);
  expect(seen.map(({ name, state, power }) => [name, state, power])).toEqual([
    ["by-mac", ServerState.ENLISTED, PowerState.OFF],
    ["by-bmc", ServerState.ENLISTED, PowerState.OFF],
    ["sim-3", ServerState.ENLISTED, PowerState.OFF],
    ["nobody", ServerState.ABSENT, PowerState.UNSPECIFIED],
  ]);
  const all = await Array.fromAsync(lab.driver.server.observeServers({ target: lab.target }));
  expect(all.flatMap((batch) => batch.servers).map(({ name }) => name)).toEqual(["sim-1", "sim-2", "sim-3"]);
});

test("the manifest tells where NICs and disks sit", async () => {
  const lab = await commissionedLab();
  const server = serverSpec().identity;
  const { manifest } = await lab.driver.server.getServerHardware({ target: lab.target, server });
  expect(manifest?.nics.map(({ logicalName, pciAddress, mac }) => [logicalName, pciAddress, mac])).toEqual([
    ["ens1", "0000:01:00.0", "52:54:00:00:01:01"],
    ["ens2f0", "0000:18:00.0", "52:54:00:00:01:02"],
    ["ens2f1", "0000:18:00.1", "52:54:00:00:01:03"],
  ]);
  expect(
    manifest?.disks.map(({ logicalName, scsiAddress, serial, sizeBytes }) => [
      logicalName,
      scsiAddress,
      serial,
      sizeBytes,
    ]),
  ).toEqual([
    ["sda", "2:0.0.0", "A1", "500000000000"],
    ["sdb", "2:1.0.0", "B1", "1000000000000"],
  ]);
  expect(manifest).toMatchObject({
    systemVendor: "Bedplate",
    cpuCount: 8,
    memoryMib: 16_384,
    source: "dev.bedplate.maas",
  });
});

test("a deployed machine is installed anew or given back only with consent", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  for (const phase of PHASES) await lab.phase(spec, phase);
  const other = { ...spec, specDigest: "b".repeat(64), kernelParams: {} };
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec: other, phase: DEPLOYED });
  expect(changes.map(({ action, destructive }) => [action, destructive])).toEqual([
    ["release", true],
    ["deploy", false],
  ]);
  await expect(lab.phase(other, DEPLOYED)).rejects.toMatchObject({
    rawMessage: expect.stringContaining("deployed with another specification"),
  });
  await expect(lab.phase(spec, RELEASED)).rejects.toMatchObject({ rawMessage: expect.stringContaining("lost") });
  const { done } = await lab.phase(other, DEPLOYED, { allowDestroy: true });
  expect(done.changed).toBe(true);
  expect(await lab.read("machines/?hostname=n1")).toMatchObject([
    {
      status_name: "Deployed",
      tag_names: ["compute"],
      workload_annotations: { bedplate_spec_digest: other.specDigest },
    },
  ]);
  await lab.phase(other, RELEASED, { allowDestroy: true });
  expect((await lab.phase(other, RELEASED)).done.changed).toBe(false);
  expect(await lab.read("machines/?hostname=n1")).toMatchObject([{ status_name: "Ready" }]);
});
