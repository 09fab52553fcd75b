import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type Lab, labMachine, type ServerInit } from "./maas-lab.ts";
import { at, commissionedLab, named, serverSpec } from "./maas-specs.ts";

const { STORAGE_CONFIGURED } = ServerPhase;

type Storage = NonNullable<ServerInit["storage"]>;

/** Four disks of one size and a small one, of which the last two are in no specification unless a test says so. */
function machine(more: Record<string, unknown> = {}) {
  const disk = (name: string, size: string, index: number) => ({
    ...{ name, size, serial: `S${name}`, model: index === 4 ? "Acme Fast" : "Acme Wide" },
    scsi_address: `2:${index}.0.0`,
    id_path: `/dev/disk/by-id/wwn-0x5000c500a1b2c3d${index}`,
  });
  const disks = ["sda", "sdb", "sdc", "sdd"].map((name, index) => disk(name, "500G", index));
  return labMachine(1, { disks: [...disks, disk("sde", "100G", 4)], ...more });
}

function withStorage(storage: Storage, aliases: ServerInit["aliases"] = []): ServerInit {
  return { ...serverSpec(), interfaces: [], aliases, storage };
}

async function machineOf(lab: Lab): Promise<unknown> {
  const [found] = (await lab.read("machines/?hostname=n1")) as unknown[];
  return found;
}

async function planOf(lab: Lab, spec: ServerInit): Promise<string[]> {
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase: STORAGE_CONFIGURED });
  return changes.map(({ action, object }) => `${action} ${object}`);
}

/** Configures, and proves that nothing is left and a second run writes nothing. */
async function settleOn(lab: Lab, storage: Storage, aliases: ServerInit["aliases"] = []): Promise<void> {
  const spec = withStorage(storage, aliases);
  await lab.phase(spec, STORAGE_CONFIGURED);
  expect(await planOf(lab, spec)).toEqual([]);
  const writes = (await lab.ledger()).length;
  expect((await lab.phase(spec, STORAGE_CONFIGURED)).done.changed).toBe(false);
  expect((await lab.ledger()).length).toBe(writes);
}

/** What is on a machine's disks, without ids and whatever else differs each time. */
async function picture(lab: Lab): Promise<unknown> {
  const found = await machineOf(lab);
  const id = String(at(found, "system_id"));
  const [groups, raids] = await Promise.all([lab.read(`nodes/${id}/volume-groups/`), lab.read(`nodes/${id}/raids/`)]);
  const filesystem = (holder: unknown) => {
    const made = at(holder, "filesystem");
    return made === null ? null : ["fstype", "label", "mount_point", "mount_options"].map((key) => at(made, key));
  };
  const device = (one: unknown) => ({
    ...{ name: at(one, "name"), size: at(one, "size"), filesystem: filesystem(one), usedFor: at(one, "used_for") },
    partitions: (at(one, "partitions") as unknown[]).map((part) => [
      ...[at(part, "path"), at(part, "size"), at(part, "bootable"), at(part, "used_for")],
      filesystem(part),
    ]),
  });
  const sorted = (list: unknown[]) => list.sort((a, b) => String(at(a, "name")).localeCompare(String(at(b, "name"))));
  return {
    boot: at(at(found, "boot_disk"), "name"),
    devices: sorted((at(found, "blockdevice_set") as unknown[]).map(device)),
    groups: sorted((groups as unknown[]).map((one) => ({ name: at(one, "name"), size: at(one, "size") }))),
    raids: sorted((raids as unknown[]).map((one) => ({ name: at(one, "name"), level: at(one, "level") }))),
  };
}

const mirrored: Storage = {
  disks: [
    {
      device: "sda",
      partitions: [
        { name: "boot", size: "1g", filesystem: { mountpoint: "/boot" } },
        { name: "r1", size: "100g", raid: "md0" },
        { name: "d1", size: ">200g", volumeGroup: "bulk" },
      ],
    },
    {
      device: "sdb",
      partitions: [
        { name: "r2", size: "100g", raid: "md0" },
        { name: "swap", size: "8gi", filesystem: { fstype: "swap", mountpoint: "none" } },
        { name: "swap2", size: "8gi", filesystem: { fstype: "swap" } },
      ],
    },
    { device: "sdc", raid: "md1" },
    { device: "sdd", raid: "md1" },
    { device: "sde", raid: "md1", raidSpare: true },
  ],
  raids: [
    { name: "md0", level: "raid-1", filesystem: { mountpoint: "/", fstype: "ext4", mountOptions: "noatime" } },
    { name: "md1", level: "raid-1", volumeGroup: "bulk" },
  ],
  volumeGroups: [
    {
      name: "bulk",
      logicalVolumes: [
        { name: "a", size: "25%", filesystem: { mountpoint: "/srv/a", fstype: "xfs" } },
        { name: "b", size: ">10g", filesystem: { mountpoint: "/srv/b", fsLabel: "b" } },
      ],
    },
  ],
};

const plain: Storage = { layout: "flat", bootDevice: "sda", rootSize: "50g" };

const whole: Storage = {
  bootDevice: "sdb",
  disks: [
    { device: "sda", volumeGroup: "data" },
    { device: "sdb", raid: "md0" },
    { device: "sdc", raid: "md0" },
    { device: "sdd", raid: "md0" },
  ],
  raids: [{ name: "md0", level: "raid-5", volumeGroup: "sys" }],
  volumeGroups: [
    { name: "data", logicalVolumes: [{ name: "d", size: "100%", filesystem: { mountpoint: "/data" } }] },
    { name: "sys", logicalVolumes: [{ name: "root", size: "50g", filesystem: { mountpoint: "/" } }] },
  ],
};

test("RAIDs of partitions and disks carry file systems and volume groups", async () => {
  const lab = await commissionedLab(machine());
  await settleOn(lab, mirrored);
  const found = await machineOf(lab);
  const devices = at(found, "blockdevice_set");
  expect(named(devices, "md0")).toMatchObject({ filesystem: { mount_point: "/", mount_options: "noatime" } });
  expect(named(devices, "md1")).toMatchObject({ used_for: "LVM volume for bulk" });
  expect(named(devices, "sde")).toMatchObject({ used_for: "Spare raid-1 device for md1" });
  expect(named(devices, "bulk-a")).toMatchObject({ filesystem: { fstype: "xfs", mount_point: "/srv/a" } });
});

test("any layout becomes any other, whatever was there", async () => {
  const lab = await commissionedLab(machine());
  for (const storage of [whole, mirrored, plain, mirrored, whole, plain]) await settleOn(lab, storage);
  expect(at(await machineOf(lab), "boot_disk")).toMatchObject({
    name: "sda",
    partitions: [{ filesystem: { mount_point: "/boot/efi" } }, { filesystem: { mount_point: "/" } }],
  });
});

test("bcache in the way is taken away from the top, on the named disks and their caches alone", async () => {
  const lab = await commissionedLab(machine());
  const id = String(at(await machineOf(lab), "system_id"));
  await lab.write("POST", `machines/${id}/?op=set_storage_layout`, { storage_layout: "bcache" });
  const storage: Storage = { disks: [{ device: "sda", partitions: [{ name: "root", size: "20g" }] }] };
  expect(await planOf(lab, withStorage(storage))).toEqual([
    "delete bcache bcache0",
    "delete partition 3 of disk sda",
    "delete partition 2 of disk sda",
    "create partition root of disk sda",
    "format partition root of disk sda",
    "mount partition root of disk sda",
  ]);
  await settleOn(lab, storage);
  await settleOn(lab, { disks: [...(storage.disks ?? []), { device: "sde", volumeGroup: "cache" }] });
});

test("disks nothing is said of keep what they have, but for a file system mounted where another is to be", async () => {
  const lab = await commissionedLab(machine());
  const id = String(at(await machineOf(lab), "system_id"));
  const disk = (name: string) => String(at(named(before, name), "id"));
  const before = await lab.read(`nodes/${id}/blockdevices/`);
  const base = `nodes/${id}/blockdevices/`;
  const kept = await lab.write("POST", `${base}${disk("sdd")}/partitions/`, { size: "10G" });
  const item = `${base}${disk("sdd")}/partition/${String(at(kept, "id"))}`;
  await lab.write("POST", `${item}?op=format`, { fstype: "xfs" });
  await lab.write("POST", `${item}?op=mount`, { mount_point: "/keep" });
  const storage: Storage = {
    disks: [
      { device: "sdb", partitions: [{ name: "root", size: "20g", filesystem: { mountpoint: "/" } }] },
      { device: "sdd" },
    ],
  };
  await settleOn(lab, storage);
  const devices = at(await machineOf(lab), "blockdevice_set");
  expect(at(named(devices, "sdd"), "partitions")).toMatchObject([{ filesystem: { mount_point: "/keep" } }]);
  expect(at(named(devices, "sda"), "partitions")).toMatchObject([
    { filesystem: { mount_point: null } },
    { filesystem: { fstype: "ext4", label: "root", mount_point: null } },
  ]);
  expect(at(named(devices, "sdb"), "partitions")).toMatchObject([
    { filesystem: { fstype: "fat32", mount_point: "/boot/efi" }, bootable: true },
    { filesystem: { mount_point: "/" } },
  ]);
});

test("on a BIOS machine no EFI partition is made, and root is the second of the boot disk", async () => {
  const lab = await commissionedLab(machine({ boot_method: "bios" }));
  await settleOn(lab, plain);
  expect(at(at(await machineOf(lab), "boot_disk"), "partitions")).toMatchObject([
    { path: "/dev/disk/by-dname/sda-part2", filesystem: { mount_point: "/" } },
  ]);
});

test("every part of a plan names its field", async () => {
  const lab = await commissionedLab(machine());
  const phase = STORAGE_CONFIGURED;
  const { changes } = await lab.driver.server.planServer({ target: lab.target, spec: withStorage(mirrored), phase });
  const fields = Object.fromEntries(changes.map(({ action, object, field }) => [`${action} ${object}`, field]));
  expect(fields).toMatchObject({
    "create partition r1 of disk sda": 'storage.disks["sda"].partitions["r1"].size',
    "create RAID md1": 'storage.raids["md1"]',
    "mount RAID md0": 'storage.raids["md0"].filesystem',
    "create volume group bulk": 'storage.volume_groups["bulk"]',
    "create volume bulk/a": 'storage.volume_groups["bulk"].logical_volumes["a"].size',
    "format volume bulk/b": 'storage.volume_groups["bulk"].logical_volumes["b"].filesystem',
  });
  expect(changes.every(({ destructive }) => !destructive)).toBe(true);
});

/** A way to the simulated MAAS that breaks after so many writes were done, before their answer is heard. */
async function fragileWay(endpoint: string) {
  let left = Number.POSITIVE_INFINITY;
  const target = new URL(endpoint);
  const server = createServer((incoming, answer) => {
    const isWrite = incoming.method !== "GET";
    if (isWrite && left <= 0) return incoming.socket.destroy();
    if (isWrite) left -= 1;
    const { method, url: path, headers } = incoming;
    const onward = forward({ host: target.hostname, port: target.port, method, path, headers }, (back) => {
      if (isWrite && left <= 0) {
        back.resume().once("end", () => incoming.socket.destroy());
        return;
      }
      answer.writeHead(back.statusCode ?? 500, back.headers);
      back.pipe(answer);
    });
    onward.once("error", () => incoming.socket.destroy());
    return incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}${target.pathname}`,
    breakAfter: (writes: number) => {
      left = writes;
    },
    mend: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
}

test("a configuration cut off after any of its writes comes to the same end", async () => {
  const lab = await commissionedLab(machine());
  const way = await fragileWay(lab.target.endpoint);
  const target = { ...lab.target, endpoint: way.endpoint };
  const spec = withStorage(mirrored);
  const once = (operationId: string) =>
    lab.driver.server.ensureServer({ target, spec, phase: STORAGE_CONFIGURED, operation: { operationId } });
  await settleOn(lab, whole);
  const before = (await lab.ledger()).length;
  await settleOn(lab, mirrored);
  const writes = (await lab.ledger()).length - before;
  const wanted = await picture(lab);
  expect(writes).toBeGreaterThan(25);
  for (let cut = 1; cut < writes; cut += 1) {
    await lab.phase(withStorage(whole), STORAGE_CONFIGURED);
    way.breakAfter(cut);
    await expect(once(`cut-${cut}`)).rejects.toThrow();
    way.mend();
    await lab.phase(spec, STORAGE_CONFIGURED);
    expect(await picture(lab)).toEqual(wanted);
  }
}, 120_000);

const one = (device: string): Storage => ({ disks: [{ device, volumeGroup: "data" }] });

const places: readonly (readonly [string, NonNullable<ServerInit["aliases"]>[number], string])[] = [
  ["SCSI address", { alias: "d", busType: "scsi", address: "2:3.0.0" }, "sdd"],
  ["SCSI address with its bus", { alias: "d", busType: "scsi", address: "scsi@2:3.0.0" }, "sdd"],
  ["serial number", { alias: "d", serial: "Ssdc" }, "sdc"],
  ["WWN", { alias: "d", wwn: "0x5000C500A1B2C3D2" }, "sdc"],
  ["size and model", { alias: "d", minSize: "50g", devType: "acme fast" }, "sde"],
];

test("an alias finds its disk by what it says of it", async () => {
  const lab = await commissionedLab(machine());
  for (const [by, alias, name] of places) {
    await settleOn(lab, one("d"), [alias]);
    const disk = named(at(await machineOf(lab), "blockdevice_set"), name);
    expect([by, at(disk, "used_for")]).toEqual([by, "LVM volume for data"]);
  }
});

const refusals: readonly (readonly [string, Storage, NonNullable<ServerInit["aliases"]>, RegExp])[] = [
  [
    "a size several disks have",
    one("d"),
    [{ alias: "d", minSize: "400g" }],
    /^alias d \(size of at least 400g\) fits 4 disks of machine n1; it has sda Acme Wide Ssda, sdb .*, sdc .*, sdd /,
  ],
  [
    "an address there isn't",
    one("d"),
    [{ alias: "d", busType: "scsi", address: "9:0.0.0" }],
    /^alias d \(scsi address 9:0\.0\.0\) fits no disk of machine n1; it has sda .* at 2:0\.0\.0/,
  ],
  ["a name there isn't", one("/dev/sdz"), [], /^device \/dev\/sdz fits no disk of machine n1; it has sda /],
  [
    "two aliases of one disk",
    { disks: [...(one("d").disks ?? []), { device: "e", volumeGroup: "data" }] },
    [
      { alias: "d", serial: "Ssdc" },
      { alias: "e", busType: "scsi", address: "2:2.0.0" },
    ],
    /^d and e both mean disk sdc Ssdc of machine n1$/,
  ],
  [
    "a partition that doesn't fit after others",
    {
      disks: [
        {
          device: "sda",
          partitions: [
            { name: "a", size: "300g" },
            { name: "b", size: "50%" },
          ],
        },
      ],
    },
    [],
    /^partition b of disk sda of machine n1 needs 50%, 250000000000 bytes, and 2000\d+ bytes are left$/,
  ],
  [
    "a volume that doesn't fit its group",
    {
      disks: [{ device: "sda", volumeGroup: "data" }],
      volumeGroups: [{ name: "data", logicalVolumes: [{ name: "v", size: ">501g" }] }],
    },
    [],
    /^volume data\/v of machine n1 needs >501g, 501000000000 bytes, and 49\d+ bytes are left$/,
  ],
  [
    "a RAID of too few",
    { disks: [{ device: "sda", raid: "md0" }], raids: [{ name: "md0", level: "raid-1" }] },
    [],
    /^RAID md0 of level raid-1 needs 2 members beside spares and has 1$/,
  ],
];

test("what can't be stops the machine before anything is written", async () => {
  const lab = await commissionedLab(machine());
  const writes = (await lab.ledger()).length;
  for (const [what, storage, aliases, message] of refusals) {
    const call = lab.phase(withStorage(storage, aliases), STORAGE_CONFIGURED);
    await expect(call, what).rejects.toMatchObject({ rawMessage: expect.stringMatching(message) });
  }
  expect((await lab.ledger()).length).toBe(writes);
});
