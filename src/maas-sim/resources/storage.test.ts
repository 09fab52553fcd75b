import { describe, expect, test } from "vitest";
import { type Answer, at, type Fields, idOf, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { deployedMachine, diskId, readyMachine } from "../testing/site.ts";
import { testWorld, worldMachine } from "../testing/world.ts";

const MIB = 1024 * 1024;

interface Bench {
  readonly client: SimClient;
  readonly id: string;
  readonly sda: string;
  readonly sdb: string;
  readonly layout: (fields: Fields) => Promise<Answer>;
  readonly partition: (disk: string, fields?: Fields) => Promise<Answer>;
  /** Operations of a partition by id. */
  readonly onPartition: (disk: string, id: number, op: string, fields?: Fields) => Promise<Answer>;
}

/** A Ready machine with blank disks. */
async function withBlank(run: (bench: Bench) => Promise<void>, more: Record<string, unknown> = {}): Promise<void> {
  await withSim(
    async (client) => {
      const id = await readyMachine(client);
      const devices = `nodes/${id}/blockdevices`;
      const layout = (fields: Fields) => client.post(`machines/${id}/?op=set_storage_layout`, fields);
      await layout({ storage_layout: "blank" });
      await run({
        client,
        id,
        sda: `${devices}/${await diskId(client, id, "sda")}/`,
        sdb: `${devices}/${await diskId(client, id, "sdb")}/`,
        layout,
        partition: (disk, fields) => client.post(`${disk}partitions/`, fields),
        onPartition: (disk, partition, op, fields) => client.post(`${disk}partition/${partition}?op=${op}`, fields),
      });
    },
    testWorld([worldMachine(1, more)]),
  );
}

describe("commissioning", () => {
  test("finds the disks and puts the default layout on the first", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      const disks = listOf(await client.get(`nodes/${id}/blockdevices/`));
      expect(disks).toEqual([
        expect.objectContaining({
          name: "sda",
          type: "physical",
          size: 200_000_000_000,
          serial: "DISK-A1",
          path: "/dev/disk/by-dname/sda",
          id_path: "/dev/disk/by-id/scsi-DISK-A1",
          tags: ["ssd", "sata"],
          partition_table_type: "GPT",
        }),
        expect.objectContaining({
          name: "sdb",
          tags: ["rotary", "sata"],
          partition_table_type: null,
          partitions: [],
          filesystem: null,
        }),
      ]);
      const mounts = listOf({ ...(await client.get(`nodes/${id}/blockdevices/`)), body: at(disks[0], "partitions") });
      expect(mounts.map((part) => [at(part, "path"), at(part, "filesystem", "mount_point")])).toEqual([
        ["/dev/disk/by-dname/sda-part1", "/boot/efi"],
        ["/dev/disk/by-dname/sda-part2", "/"],
      ]);
    });
  });
});

describe("layouts", () => {
  test("lvm with names and sizes", async () => {
    await withBlank(async ({ client, id, layout }) => {
      const answer = await layout({
        storage_layout: "lvm",
        vg_name: "vg0",
        lv_name: "root",
        lv_size: "50G",
        root_size: "100G",
      });
      expect(answer.status).toBe(200);
      expect(at(answer.body, "volume_groups")).toEqual([
        { system_id: id, id: expect.any(Number), __incomplete__: true },
      ]);
      const [group] = listOf(await client.get(`nodes/${id}/volume-groups/`));
      expect(group).toMatchObject({
        name: "vg0",
        logical_volumes: [{ name: "vg0-root", type: "virtual", size: 49_996_103_680 }],
      });
      expect(at(group, "size")).toBe(99_996_401_664 - 4 * MIB);
    });
  });

  test.each<[Fields, unknown]>([
    [{ storage_layout: "zigzag" }, { storage_layout: [expect.stringContaining("'flat', 'lvm'")] }],
    [{}, { storage_layout: ["This field is required."] }],
    [{ storage_layout: "flat", root_size: "2G" }, { root_size: [expect.stringContaining("too small")] }],
    [{ storage_layout: "flat", root_size: "big" }, { root_size: [expect.any(String)] }],
    [{ storage_layout: "flat", root_device: 999 }, { root_device: [expect.any(String)] }],
    [{ storage_layout: "flat", root_size: "300G" }, { root_size: [expect.stringContaining("too large")] }],
    [
      { storage_layout: "flat", root_size: "190G", boot_size: "20G" },
      { __all__: [expect.stringContaining("larger than the available space")] },
    ],
    [{ storage_layout: "bcache" }, undefined],
    [{ storage_layout: "custom" }, undefined],
    [{ storage_layout: "vmfs7" }, undefined],
  ])("%j is refused", async (fields, problems) => {
    await withBlank(async ({ layout }) => {
      const answer = await layout(fields);
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });
});

describe("partitions", () => {
  test("round down to 4 MiB, take the rest when no size is said, and refuse more than there is", async () => {
    await withBlank(async ({ client, sda, partition }) => {
      const first = await partition(sda, { size: 100_000_000_000, bootable: "true" });
      expect([first.status, first.body]).toEqual([
        200,
        expect.objectContaining({
          size: 99_996_401_664,
          bootable: true,
          path: "/dev/disk/by-dname/sda-part1",
          filesystem: null,
        }),
      ]);
      const left = Number(at((await client.get(sda)).body, "available_size"));
      const refused = await partition(sda, { size: 200_000_000_001 });
      expect([refused.status, refused.body]).toEqual([
        400,
        { size: ["Ensure this value is less than or equal to 200000000000."] },
      ]);
      expect((await partition(sda, { size: left + 4 * MIB })).body).toEqual({
        size: ["Partition cannot be saved; not enough free space on the block device."],
      });
      expect((await partition(sda, { size: 4 * MIB - 1 })).body).toEqual({
        size: ["Ensure this value is greater than or equal to 4194304."],
      });
      expect(at((await partition(sda, { size: "10g" })).body, "size")).toBe(9_999_220_736);
      await partition(sda);
      expect((await client.get(sda)).body).toMatchObject({ available_size: 0, partitions: [{}, {}, {}] });
      expect((await partition(sda)).status).toBe(400);
    });
  });

  test("of a BIOS machine's boot disk begin at number 2", async () => {
    await withBlank(
      async ({ sda, sdb, partition }) => {
        expect(at((await partition(sda, { size: "1G" })).body, "path")).toBe("/dev/disk/by-dname/sda-part2");
        expect(at((await partition(sdb, { size: "1G" })).body, "path")).toBe("/dev/disk/by-dname/sdb-part1");
      },
      { boot_method: "bios" },
    );
  });

  test("have no PUT; a deleted one's number is free again, and the last takes the table along", async () => {
    await withBlank(async ({ client, sda, partition }) => {
      const id = idOf(await partition(sda, { size: "1G" }));
      expect((await client.put(`${sda}partition/${id}`, { size: "2G" })).status).toBe(405);
      expect((await client.get(`${sda}partition/${id}/`)).status).toBe(404);
      expect((await client.delete(`${sda}partition/${id}`)).status).toBe(204);
      expect((await client.get(sda)).body).toMatchObject({ partition_table_type: null, partitions: [] });
      expect(at((await partition(sda, { size: "1G" })).body, "path")).toBe("/dev/disk/by-dname/sda-part1");
    });
  });
});

describe("filesystems", () => {
  test("format, mount, unmount, unformat, each where it belongs", async () => {
    await withBlank(async ({ sda, partition, onPartition }) => {
      const id = idOf(await partition(sda, { size: "10G" }));
      const op = (name: string, fields?: Fields) => onPartition(sda, id, name, fields);
      expect((await op("mount", { mount_point: "/srv" })).body).toEqual({
        __all__: ["Cannot mount an unformatted partition or block device."],
      });
      expect((await op("format", { fstype: "ntfs" })).body).toEqual({ fstype: [expect.stringContaining("ntfs")] });
      expect((await op("format")).body).toEqual({ fstype: ["This field is required."] });
      expect((await op("unformat")).status).toBe(400);
      const formatted = await op("format", { fstype: "ext4", label: "srv" });
      expect(at(formatted.body, "filesystem")).toEqual({
        fstype: "ext4",
        label: "srv",
        uuid: expect.any(String),
        mount_point: null,
        mount_options: null,
      });
      expect((await op("mount", { mount_point: "srv" })).body).toEqual({ mount_point: ["Enter a valid value."] });
      expect((await op("mount")).body).toEqual({ mount_point: ["This field is required."] });
      expect((await op("format", { fstype: "ext4", uuid: "0f1b9d3c-0000-1000-8000-000000000000" })).body).toEqual({
        uuid: ["Enter a valid value."],
      });
      const mounted = await op("mount", { mount_point: "/srv", mount_options: "noatime" });
      expect(at(mounted.body, "filesystem")).toMatchObject({ mount_point: "/srv", mount_options: "noatime" });
      const unformat = await op("unformat");
      expect([unformat.status, unformat.type]).toEqual([400, expect.stringMatching(/^text\/plain/)]);
      expect(at((await op("unmount")).body, "filesystem")).toMatchObject({ mount_point: null, mount_options: null });
      expect((await op("unmount")).text).toBe("Filesystem is already unmounted.");
      expect(at((await op("unformat")).body, "filesystem")).toBeNull();
    });
  });

  test("formatting a mounted partition is accepted and unmounts it", async () => {
    await withBlank(async ({ sda, partition, onPartition }) => {
      const id = idOf(await partition(sda, { size: "10G" }));
      await onPartition(sda, id, "format", { fstype: "ext4" });
      await onPartition(sda, id, "mount", { mount_point: "/srv" });
      const again = await onPartition(sda, id, "format", { fstype: "xfs" });
      expect([again.status, at(again.body, "filesystem")]).toEqual([
        200,
        expect.objectContaining({ fstype: "xfs", mount_point: null }),
      ]);
    });
  });

  test("swap mounts at 'none', and a mount point is taken once", async () => {
    await withBlank(async ({ client, sda, sdb, partition, onPartition }) => {
      const id = idOf(await partition(sda, { size: "10G" }));
      await onPartition(sda, id, "format", { fstype: "swap" });
      expect(at((await onPartition(sda, id, "mount", { mount_point: "none" })).body, "filesystem", "mount_point")).toBe(
        "none",
      );
      const other = idOf(await partition(sda, { size: "10G" }));
      await onPartition(sda, other, "format", { fstype: "ext4" });
      await onPartition(sda, other, "mount", { mount_point: "/srv" });
      await client.post(`${sdb}?op=format`, { fstype: "ext4" });
      expect((await client.post(`${sdb}?op=mount`, { mount_point: "/srv" })).body).toEqual({
        __all__: ["Another filesystem is already mounted at /srv."],
      });
    });
  });
});

describe("volume groups", () => {
  test("from partitions and disks; logical volumes appear among the block devices", async () => {
    await withBlank(async ({ client, id, sda, sdb, partition }) => {
      const pv = idOf(await partition(sda, { size: 100 * 1024 * MIB }));
      const disk = String(at((await client.get(sdb)).body, "id"));
      const none = await client.post(`nodes/${id}/volume-groups/`, { name: "vg0" });
      expect([none.status, none.body]).toEqual([400, { __all__: [expect.stringContaining("At least one")] }]);
      const made = await client.post(`nodes/${id}/volume-groups/`, {
        name: "vg0",
        partitions: pv,
        block_devices: disk,
      });
      const group = `nodes/${id}/volume-group/${idOf(made)}/`;
      expect(at(made.body, "size")).toBe(
        Math.floor((100 * 1024 * MIB + 100_000_000_000) / (4 * MIB)) * 4 * MIB - 8 * MIB,
      );
      const volume = await client.post(`${group}?op=create_logical_volume`, { name: "data", size: "10G" });
      expect(volume.body).toMatchObject({
        name: "vg0-data",
        type: "virtual",
        size: 9_999_220_736,
        path: "/dev/disk/by-dname/vg0-data",
      });
      const device = `nodes/${id}/blockdevices/${idOf(volume)}/`;
      expect((await client.post(`${device}?op=format`, { fstype: "xfs" })).status).toBe(200);
      expect(
        at((await client.post(`${device}?op=mount`, { mount_point: "/data" })).body, "filesystem", "mount_point"),
      ).toBe("/data");
      expect((await client.post(`${group}?op=create_logical_volume`, { name: "data" })).body).toHaveProperty("name");
      expect((await client.post(`${group}?op=create_logical_volume`, { name: "x", size: "900G" })).body).toHaveProperty(
        "size",
      );
      expect((await client.delete(`${sda}partition/${pv}`)).text).toBe(
        "Cannot delete partition because its part of a volume group.",
      );
      expect((await client.delete(sdb)).status).toBe(400);
      expect((await client.delete(group)).text).toBe("This volume group has logical volumes; it cannot be deleted.");
      expect((await client.get(sdb)).body).toMatchObject({
        filesystem: { fstype: "lvm-pv", mount_point: null },
        used_for: "LVM volume for vg0",
        available_size: 0,
      });
      expect((await client.put(group, { remove_block_devices: disk, remove_partitions: pv })).status).toBe(400);
      expect((await client.post(`${sdb}?op=format`, { fstype: "ext4" })).status).toBe(400);
      expect((await client.post(`${sdb}?op=set_boot_disk`)).body).toEqual({
        boot_disk: ["Cannot be set as the boot disk; already in-use in volume group 'vg0'."],
      });
      expect((await client.post(`nodes/${id}/volume-groups/`, { name: "vg1", partitions: pv })).body).toHaveProperty(
        "partitions",
      );
      expect((await client.post(`${group}?op=delete_logical_volume`, { id: idOf(volume) })).status).toBe(204);
      expect((await client.put(group, { name: "vg9", remove_block_devices: disk })).body).toMatchObject({
        name: "vg9",
        devices: [{ id: pv }],
      });
      expect((await client.delete(group)).status).toBe(204);
      expect((await client.delete(`${sda}partition/${pv}`)).status).toBe(204);
    });
  });

  test("the boot disk as a whole becomes one partition first", async () => {
    await withBlank(async ({ client, id, sda }) => {
      const disk = String(at((await client.get(sda)).body, "id"));
      const made = await client.post(`nodes/${id}/volume-groups/`, { name: "vg0", block_devices: disk });
      expect(at(made.body, "devices", 0)).toMatchObject({ type: "partition", path: "/dev/disk/by-dname/sda-part1" });
    });
  });
});

describe("RAIDs", () => {
  test("from partitions with a spare: the md device is one among the others", async () => {
    await withBlank(async ({ client, id, sda, sdb, partition }) => {
      const made: number[] = [];
      for (const disk of [sda, sdb, sda]) made.push(idOf(await partition(disk, { size: 10 * 1024 * MIB })));
      const [a = 0, b = 0, c = 0] = made;
      const raids = `nodes/${id}/raids/`;
      const all = { __all__: [expect.stringContaining("must have at least 2 raid devices")] };
      expect((await client.post(raids, { level: "raid-1", partitions: a })).body).toEqual(all);
      expect((await client.post(raids, { level: "raid-1" })).body).toHaveProperty("__all__");
      expect((await client.post(raids, { level: "raid-7", partitions: [a, b] })).body).toHaveProperty("level");
      expect((await client.post(raids, { partitions: [a, b] })).body).toHaveProperty("level");
      expect(
        (await client.post(raids, { level: "raid-0", partitions: [a, b], spare_partitions: c })).body,
      ).toHaveProperty("__all__");
      const raid = await client.post(raids, { name: "md0", level: "raid-1", partitions: [a, b], spare_partitions: c });
      expect(raid.body).toMatchObject({
        name: "md0",
        level: "raid-1",
        devices: [{ id: a, used_for: "Active raid-1 device for md0" }, { id: b }],
        spare_devices: [{ id: c, filesystem: { fstype: "raid-spare" } }],
        virtual_device: {
          name: "md0",
          type: "virtual",
          size: 10 * 1024 * MIB - 128 * 1024,
          path: "/dev/disk/by-dname/md0",
        },
      });
      expect(at((await client.get(`machines/${id}/`)).body, "raids")).toEqual([
        { system_id: id, id: idOf(raid), __incomplete__: true },
      ]);
      const device = `nodes/${id}/blockdevices/${String(at(raid.body, "virtual_device", "id"))}/`;
      expect((await client.post(`${device}?op=format`, { fstype: "xfs" })).status).toBe(200);
      const item = `nodes/${id}/raid/${idOf(raid)}/`;
      expect((await client.put(item, { remove_partitions: a })).body).toHaveProperty("__all__");
      expect((await client.put(item, { name: "md7", remove_spare_partitions: c })).body).toMatchObject({
        name: "md7",
        spare_devices: [],
        virtual_device: { name: "md7" },
      });
      expect((await client.post(`${device}?op=set_boot_disk`)).status).toBe(400);
      expect((await client.delete(item)).status).toBe(204);
      expect((await client.get(device)).status).toBe(404);
      expect((await client.delete(`${sda}partition/${a}`)).status).toBe(204);
    });
  });

  test("with the boot disk have a partition on each disk; one in a group goes with it", async () => {
    await withBlank(async ({ client, id, sda, sdb }) => {
      const [a, b] = [at((await client.get(sda)).body, "id"), at((await client.get(sdb)).body, "id")].map(String);
      const raid = await client.post(`nodes/${id}/raids/`, { level: "raid-1", block_devices: [a ?? "", b ?? ""] });
      expect(raid.body).toMatchObject({ name: "md0", devices: [{ type: "partition" }, { type: "partition" }] });
      const device = String(at(raid.body, "virtual_device", "id"));
      const group = await client.post(`nodes/${id}/volume-groups/`, { name: "vg0", block_devices: device });
      expect(group.status).toBe(200);
      expect((await client.post(`nodes/${id}/volume-groups/`, { name: "md0", block_devices: device })).status).toBe(
        400,
      );
      await client.delete(`nodes/${id}/raid/${idOf(raid)}/`);
      expect((await client.get(`nodes/${id}/volume-groups/`)).body).toEqual([]);
    });
  });
});

test("the bcache layout is taken away from the top", async () => {
  await withBlank(
    async ({ client, id, layout }) => {
      await layout({ storage_layout: "bcache" });
      const [bcache] = listOf(await client.get(`nodes/${id}/bcaches/`));
      expect(bcache).toMatchObject({
        backing_device: { type: "partition", filesystem: { fstype: "bcache-backing" } },
        virtual_device: { name: "bcache0", filesystem: { mount_point: "/" } },
      });
      const [cache] = listOf(await client.get(`nodes/${id}/bcache-cache-sets/`));
      const cacheSet = `nodes/${id}/bcache-cache-set/${String(at(cache, "id"))}/`;
      expect((await client.delete(cacheSet)).status).toBe(400);
      expect((await client.delete(`nodes/${id}/bcache/${String(at(bcache, "id"))}/`)).status).toBe(204);
      expect((await client.delete(cacheSet)).status).toBe(204);
    },
    {
      disks: [
        { name: "sda", serial: "A", size: "200G" },
        { name: "sdb", serial: "B", size: "100G" },
      ],
    },
  );
});

test("file systems in memory are mounted on the machine; restoring brings the default layout back", async () => {
  await withBlank(async ({ client, id }) => {
    const op = (name: string, fields?: Fields) => client.post(`machines/${id}/?op=${name}`, fields);
    expect((await op("mount_special", { fstype: "ext4", mount_point: "/tmp" })).body).toHaveProperty("fstype");
    const mounted = await op("mount_special", { fstype: "tmpfs", mount_point: "/tmp", mount_options: "size=1g" });
    expect(at(mounted.body, "special_filesystems")).toMatchObject([{ fstype: "tmpfs", mount_point: "/tmp" }]);
    expect((await op("mount_special", { fstype: "ramfs", mount_point: "/tmp" })).status).toBe(400);
    expect((await op("unmount_special", { mount_point: "/run" })).body).toHaveProperty("mount_point");
    expect(at((await op("unmount_special", { mount_point: "/tmp" })).body, "special_filesystems")).toEqual([]);
    const restored = await op("restore_storage_configuration");
    expect(at(restored.body, "boot_disk", "partitions")).toMatchObject([{}, { filesystem: { mount_point: "/" } }]);
  });
});

test("set_boot_disk answers text OK, and moves boot_disk", async () => {
  await withBlank(async ({ client, id, sdb }) => {
    const answer = await client.post(`${sdb}?op=set_boot_disk`);
    expect([answer.status, answer.type, answer.text]).toEqual([200, expect.stringMatching(/^text\/plain/), "OK"]);
    expect(at((await client.get(`machines/${id}/`)).body, "boot_disk", "name")).toBe("sdb");
  });
});

test("storage of a deployed machine is closed, and stays after a release", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    const before = (await client.get(`nodes/${id}/blockdevices/`)).body;
    const disk = await diskId(client, id, "sdb");
    expect((await client.post(`nodes/${id}/blockdevices/${disk}/?op=format`, { fstype: "ext4" })).status).toBe(409);
    await client.post(`machines/${id}/?op=release`);
    client.clock.advance(60_000);
    expect((await client.get(`nodes/${id}/blockdevices/`)).body).toEqual(before);
  });
});
