import { expect, test } from "vitest";
import { readBlockDevice } from "./block-device.ts";
import { readStackLists } from "./stack-lists.ts";
import { members } from "./storage-view.ts";

test("members are told apart, whether MAAS shows or only names them", () => {
  const uri = "/MAAS/api/2.0/nodes/abc/blockdevices/7";
  const devices = [
    { id: 1, type: "partition", device_id: 7 },
    { id: 2, type: "physical" },
    { id: 3, type: "virtual" },
    { id: 4, system_id: "abc", device_id: 7, __incomplete__: true },
    { id: 5, system_id: "abc", __incomplete__: true },
    { id: "6", resource_uri: `${uri}/partition/6`, __incomplete__: true },
    { id: 7, resource_uri: `${uri}/`, __incomplete__: true },
    { id: 8, path: "/dev/disk/by-dname/sda-part2" },
    {},
  ];
  expect(members(devices)).toEqual({ diskIds: [2, 3, 5, 7], partitionIds: [1, 4, 6, 8] });
});

test("what a machine names of its groups says whether it has any, not what", () => {
  const stub = { system_id: "abc", id: 1, __incomplete__: true };
  expect(readStackLists({ volume_groups: [stub], raids: [] })).toEqual({
    ...{ groups: true, raids: false },
    ...{ bcaches: undefined, cacheSets: undefined },
  });
});

test("a disk is read with its partitions in order and numbers as they come", () => {
  const partition = (id: number, number: number, filesystem: unknown = null) => ({
    ...{ id, size: "8388608", path: `/dev/disk/by-dname/sda-part${number}`, filesystem },
  });
  const disk = readBlockDevice({
    ...{ id: 7, name: "sda", type: "physical", size: 9007199254740991, available_size: "9007199254740993" },
    partitions: [
      partition(9, 10, { fstype: "lvm-pv", label: null, mount_point: null }),
      partition(11, 2, { fstype: "vmfs6" }),
      partition(10, 3, { fstype: "ext4", mount_point: "/", mount_options: null }),
    ],
  });
  expect(disk.available).toBe(9_007_199_254_740_993n);
  expect(disk.partitions.map(({ id }) => id)).toEqual([11, 10, 9]);
  expect(disk.partitions.map(({ filesystem }) => filesystem?.mountPoint)).toEqual([undefined, "/", undefined]);
  expect(disk.partitions.map(({ isDatastore }) => isDatastore)).toEqual([true, false, false]);
  expect(readBlockDevice({ id: 8, system_id: "abc", __incomplete__: true }).isStub).toBe(true);
});
