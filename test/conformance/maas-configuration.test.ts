import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type Lab, labMachine, type ServerInit, startLab } from "./maas-lab.ts";
import { at, commissionedLab, named, serverSpec } from "./maas-specs.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED } = ServerPhase;

type Storage = NonNullable<ServerInit["storage"]>;

async function machineOf(lab: Lab): Promise<unknown> {
  const [machine] = (await lab.read("machines/?hostname=n1")) as unknown[];
  return machine;
}

async function planOf(lab: Lab, spec: ServerInit, phase: ServerPhase): Promise<string[]> {
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase });
  return changes.map(({ action, object }) => `${action} ${object}`);
}

async function partitionsOf(lab: Lab, disk: string): Promise<unknown[]> {
  const partitions = at(named(at(await machineOf(lab), "blockdevice_set"), disk), "partitions");
  return (partitions as unknown[]).map((partition) => at(at(partition, "filesystem"), "mount_point"));
}

test("a machine that a refused installation left allocated is given back before it is configured, and not otherwise", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const state = async () => at(await machineOf(lab), "status_name");
  for (const phase of [NETWORK_CONFIGURED, STORAGE_CONFIGURED]) {
    await lab.write("POST", "machines/?op=allocate", { system_id: String(at(await machineOf(lab), "system_id")) });
    expect((await planOf(lab, spec, phase))[0]).toBe("release machine n1");
    await lab.phase(spec, phase);
    expect(await state()).toBe("Ready");
  }
  expect(await partitionsOf(lab, "sda")).toContain("/var/log");
  await lab.write("POST", "machines/?op=allocate", { system_id: String(at(await machineOf(lab), "system_id")) });
  for (const phase of [NETWORK_CONFIGURED, STORAGE_CONFIGURED]) {
    expect((await lab.phase(spec, phase)).done.changed).toBe(false);
    expect(await state()).toBe("Allocated");
  }
});

test("a boot NIC that is part of the bond is left to the bond", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const [pxe, bond] = spec.interfaces ?? [];
  const shared = { ...spec, interfaces: [pxe, { ...bond, devices: ["boot_nic", "nic1"] }] } as ServerInit;
  await lab.phase(shared, NETWORK_CONFIGURED);
  const nics = at(await machineOf(lab), "interface_set");
  expect(named(nics, "bond0")).toMatchObject({ parents: ["ens1", "ens2f0"] });
  expect(await planOf(lab, shared, NETWORK_CONFIGURED)).toEqual([]);
  expect((await lab.phase(shared, NETWORK_CONFIGURED)).done.changed).toBe(false);
});

test("interfaces follow a design that changes: addresses, networks, the bond itself", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  await lab.phase(spec, NETWORK_CONFIGURED);
  const [pxe, bond] = spec.interfaces ?? [];
  const [mgmt] = bond?.networks ?? [];
  const moved = {
    ...spec,
    interfaces: [pxe, { ...bond, networks: [{ ...mgmt, address: "10.21.0.50" }] }],
  } as ServerInit;
  expect(await planOf(lab, moved, NETWORK_CONFIGURED)).toEqual([
    "delete interface bond0.22",
    "unlink interface bond0.21",
    "link interface bond0.21",
  ]);
  await lab.phase(moved, NETWORK_CONFIGURED);
  const nics = at(await machineOf(lab), "interface_set");
  expect(at(named(nics, "bond0.21"), "links")).toMatchObject([{ mode: "static", ip_address: "10.21.0.50" }]);
  expect(at(await machineOf(lab), "default_gateways")).toMatchObject({ ipv4: { gateway_ip: "10.21.0.1" } });

  const plain = {
    ...spec,
    interfaces: [
      pxe,
      { name: "data0", link: { ...bond?.link, bondMode: "disabled" }, devices: ["nic2"], networks: [mgmt] },
    ],
  } as ServerInit;
  await lab.phase(plain, NETWORK_CONFIGURED);
  const after = at(await machineOf(lab), "interface_set");
  expect((after as unknown[]).map((nic) => at(nic, "name")).sort()).toEqual(["data0", "data0.21", "ens1", "ens2f0"]);
  expect(at(named(after, "data0.21"), "links")).toMatchObject([{ ip_address: "10.21.0.11" }]);
  expect(await planOf(lab, plain, NETWORK_CONFIGURED)).toEqual([]);
});

test("a bond half made by a call that was lost is finished, not taken for another hand's", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const { server } = lab.driver;
  const { precondition } = await server.planServer({ target: lab.target, spec, phase: NETWORK_CONFIGURED });
  const [, bond] = spec.interfaces ?? [];
  const half = { ...spec, interfaces: [{ ...bond, networks: [] }] } as ServerInit;
  await lab.phase(half, NETWORK_CONFIGURED);
  await lab.phase(spec, NETWORK_CONFIGURED, { precondition });
  expect(await planOf(lab, spec, NETWORK_CONFIGURED)).toEqual([]);
});

test("two devices on a link that does not bond are refused before anything is written", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const [, bond] = spec.interfaces ?? [];
  const wrong = { ...spec, interfaces: [{ ...bond, link: { ...bond?.link, bondMode: "disabled" } }] } as ServerInit;
  const writes = (await lab.ledger()).length;
  await expect(lab.phase(wrong, NETWORK_CONFIGURED)).rejects.toMatchObject({
    rawMessage: "interface bond0 has 2 devices, but its link data does not bond",
  });
  expect((await lab.ledger()).length).toBe(writes);
});

test("a site that is not prepared is named as what is missing", async () => {
  const lab = await startLab();
  await lab.phase(serverSpec(), COMMISSIONED);
  await expect(lab.phase(serverSpec(), NETWORK_CONFIGURED)).rejects.toMatchObject({
    rawMessage: "MAAS has no fabric pxe for interface pxe",
  });
});

const flat: Storage = {
  disks: [
    {
      device: "data_disk",
      partitions: [
        { name: "root", size: "30g", filesystem: { mountpoint: "/", fstype: "xfs" } },
        { name: "boot", size: "1g", filesystem: { mountpoint: "/boot" } },
        { name: "var", size: "20%", filesystem: { mountpoint: "/var", fsLabel: "var" } },
        { name: "swap", size: "8gi", filesystem: { fstype: "swap" } },
        { name: "scratch", size: ">100g", filesystem: { mountpoint: "/scratch", fstype: "xfs" } },
      ],
    },
  ],
};

const grouped: Storage = {
  disks: [
    {
      device: "boot_disk",
      partitions: [
        { name: "boot", size: "2g", filesystem: { mountpoint: "/boot" } },
        { name: "pv", size: "100g", volumeGroup: "sys" },
      ],
    },
    {
      device: "data_disk",
      partitions: [
        { name: "a", size: "300g", volumeGroup: "fast" },
        { name: "b", size: "100g", volumeGroup: "fast" },
      ],
    },
  ],
  volumeGroups: [
    {
      name: "sys",
      logicalVolumes: [
        { name: "root", size: "40g", filesystem: { mountpoint: "/", fstype: "ext4" } },
        { name: "log", size: "20g", filesystem: { mountpoint: "/var/log", fstype: "ext4" } },
      ],
    },
    { name: "fast", logicalVolumes: [{ name: "db", size: "50%", filesystem: { mountpoint: "/db", fstype: "xfs" } }] },
  ],
};

test("root in a partition makes its disk the boot disk", async () => {
  const lab = await commissionedLab();
  const spec = { ...serverSpec(), storage: flat };
  await lab.phase(spec, STORAGE_CONFIGURED);
  const mounts = await partitionsOf(lab, "sdb");
  expect(mounts).toEqual(expect.arrayContaining(["/", "/boot", "/var", "none", "/scratch"]));
  const machine = await machineOf(lab);
  expect(at(machine, "boot_disk")).toMatchObject({ name: "sdb" });
  expect(await planOf(lab, spec, STORAGE_CONFIGURED)).toEqual([]);
});

test("root in a volume group has the names of the design, the other volumes beside it", async () => {
  const lab = await commissionedLab();
  const spec = { ...serverSpec(), storage: grouped };
  await lab.phase(spec, STORAGE_CONFIGURED);
  const disks = at(await machineOf(lab), "blockdevice_set");
  expect(named(disks, "sys-root")).toMatchObject({ filesystem: { mount_point: "/" } });
  expect(named(disks, "sys-log")).toMatchObject({ filesystem: { mount_point: "/var/log" } });
  const database = named(disks, "fast-db");
  expect(Number(at(database, "size")) / 1e9).toBeCloseTo(200, 0);
  expect(await planOf(lab, spec, STORAGE_CONFIGURED)).toEqual([]);
});

test("disks are rebuilt from one layout to any other, and only as far as they differ", async () => {
  const lab = await commissionedLab();
  const spec = serverSpec();
  const all: Storage[] = [spec.storage as Storage, flat, grouped, flat, spec.storage as Storage, grouped];
  for (const storage of all) {
    await lab.phase({ ...spec, storage }, STORAGE_CONFIGURED);
    expect(await planOf(lab, { ...spec, storage }, STORAGE_CONFIGURED)).toEqual([]);
  }
  const [boot, data] = grouped.disks ?? [];
  const [sys, fast] = grouped.volumeGroups ?? [];
  const larger = {
    ...fast,
    logicalVolumes: [{ name: "db", size: "75%", filesystem: { mountpoint: "/db", fstype: "xfs" } }],
  };
  const storage = { disks: [boot, data], volumeGroups: [sys, larger] } as Storage;
  expect(await planOf(lab, { ...spec, storage }, STORAGE_CONFIGURED)).toEqual([
    "delete volume fast/db",
    "create volume fast/db",
    "format volume fast/db",
    "mount volume fast/db",
  ]);
  await lab.phase({ ...spec, storage }, STORAGE_CONFIGURED);
});

test("a partition that does not fit is named with what is left", async () => {
  const lab = await commissionedLab();
  const storage: Storage = { disks: [{ device: "data_disk", partitions: [{ name: "big", size: "2t" }] }] };
  await expect(lab.phase({ ...serverSpec(), storage }, STORAGE_CONFIGURED)).rejects.toMatchObject({
    rawMessage: expect.stringMatching(
      /^partition big of disk sdb of machine n1 needs 2t, 2000000000000 bytes, and \d+ bytes are left$/,
    ),
  });
});

test("an alias that fits several disks is refused with the candidates", async () => {
  const lab = await commissionedLab(
    labMachine(1, {
      disks: [
        { name: "sda", serial: "A", size: "500G" },
        { name: "sdb", serial: "B", size: "500G" },
      ],
    }),
  );
  const spec = {
    ...serverSpec(),
    aliases: [{ alias: "big", minSize: "400g" }],
    interfaces: [],
    storage: { layout: "flat", bootDevice: "big" },
  };
  await expect(lab.phase(spec, STORAGE_CONFIGURED)).rejects.toMatchObject({
    rawMessage: expect.stringMatching(
      /^alias big \(size of at least 400g\) fits 2 disks of machine n1; it has sda .* A.*, sdb .* B/,
    ),
  });
});
