import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { StorageSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { wantedStorage } from "./wanted-storage.ts";

type Init = MessageInitShape<typeof StorageSpecSchema>;

function wanted(storage: Init) {
  return wantedStorage(create(StorageSpecSchema, storage));
}

function mountpoints(storage: Init): (string | undefined)[] {
  return wanted(storage).disks.flatMap(({ content }) =>
    content.kind === "partitions"
      ? content.partitions.map(({ use }) => (use.kind === "filesystem" ? use.filesystem.mountpoint : undefined))
      : [],
  );
}

describe("a storage specification", () => {
  test("without any root has no layout", () => {
    expect(wanted({ disks: [{ device: "sdb", volumeGroup: "data" }] })).toMatchObject({
      layout: undefined,
      hasRoot: false,
    });
  });

  test("with a layout of its own has one beside the partitions", () => {
    const storage = wanted({ layout: "lvm", bootDevice: "sda", rootSize: "50g" });
    expect(storage).toMatchObject({ layout: { kind: "lvm" }, bootDevice: "sda", hasRoot: true });
    expect(storage.layout?.rootSize?.source).toBe("50g");
  });

  test("mounts partitions named root and boot by their names, unless they or others are mounted there", () => {
    const named = [
      { name: "root", size: "30g" },
      { name: "boot", size: "1g" },
      { name: "var", size: "5g" },
    ];
    expect(mountpoints({ disks: [{ device: "sda", partitions: named }] })).toEqual(["/", "/boot", undefined]);
    const other = { name: "system", size: "9g", filesystem: { mountpoint: "/" } };
    expect(mountpoints({ disks: [{ device: "sda", partitions: [...named, other] }] })).toEqual([
      undefined,
      "/boot",
      undefined,
      "/",
    ]);
    const partitions = [{ name: "root", size: "1g", filesystem: { mountpoint: "/srv" } }];
    expect(mountpoints({ disks: [{ device: "sda", partitions }] })).toEqual(["/srv"]);
  });

  test("leaves a disk alone of which it says nothing", () => {
    expect(wanted({ disks: [{ device: "sda" }] }).disks).toEqual([{ device: "sda", content: { kind: "alone" } }]);
  });

  test("makes groups that are only named", () => {
    const { groups } = wanted({ disks: [{ device: "sda", volumeGroup: "data" }] });
    expect(groups).toMatchObject([{ name: "data", volumes: [] }]);
  });

  test("names the field of a size that is none", () => {
    const partitions = [
      { name: "a", size: "10g" },
      { name: "b", size: "lots" },
    ];
    expect(() => wanted({ disks: [{ device: "sda", partitions }] })).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ fieldPath: "spec.storage.disks[0].partitions[1].size" }),
      }),
    );
    expect(() => wanted({ layout: "btrfs" })).toThrow('the MAAS driver has no layout "btrfs"');
  });

  const disk = (device: string, more = {}) => ({ device, raid: "md0", ...more });
  const raid = (level: string, more = {}) => ({ name: "md0", level, ...more });
  test.each<[string, Init, string]>([
    ["a level there isn't", { disks: [disk("a"), disk("b")], raids: [raid("raid-3")] }, 'no RAID level "raid-3"'],
    [
      "too few members",
      { disks: [disk("a"), disk("b")], raids: [raid("raid-5")] },
      "needs 3 members beside spares and has 2",
    ],
    [
      "spares that are no members",
      { disks: [disk("a"), disk("b", { raidSpare: true })], raids: [raid("raid-1")] },
      "needs 2 members beside spares and has 1",
    ],
    [
      "spares of a level without",
      { disks: [disk("a"), disk("b"), disk("c", { raidSpare: true })], raids: [raid("raid-0")] },
      "can have no spares",
    ],
    ["a RAID nobody describes", { disks: [disk("a")] }, "describes no RAID md0"],
    [
      "a disk of two things",
      { disks: [disk("a", { volumeGroup: "vg" }), disk("b")], raids: [raid("raid-1")] },
      "disk a belongs to RAID md0 as a whole and holds something else",
    ],
    [
      "a partition of two things",
      {
        disks: [{ device: "a", partitions: [{ name: "p", size: "1g", raid: "md0", filesystem: {} }] }],
        raids: [raid("raid-1")],
      },
      "partition p belongs to RAID md0 and holds something else",
    ],
    [
      "a RAID of two things",
      { disks: [disk("a"), disk("b")], raids: [raid("raid-1", { volumeGroup: "vg", filesystem: {} })] },
      "belongs to volume group vg and has a file system",
    ],
  ])("%s is refused", (_case, storage, message) => {
    expect(() => wanted(storage)).toThrow(message);
  });
});
