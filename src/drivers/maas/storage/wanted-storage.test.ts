import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { StorageSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { wantedStorage } from "./wanted-storage.ts";

function wanted(storage: MessageInitShape<typeof StorageSpecSchema>) {
  return wantedStorage(create(StorageSpecSchema, storage));
}

describe("a storage specification", () => {
  test("without any root keeps MAAS's own layout", () => {
    expect(wanted({ disks: [{ device: "sdb", volumeGroup: "data" }] }).layout).toBeUndefined();
  });

  test("with a layout of its own puts root on the boot device, the partitions beside it", () => {
    const { layout, disks } = wanted({
      layout: "lvm",
      bootDevice: "sda",
      rootSize: "50g",
      disks: [{ device: "sda", partitions: [{ name: "logs", size: "10g" }] }],
    });
    expect(layout).toMatchObject({ kind: "lvm", device: "sda", groupName: "vgroot", volumeName: "lvroot" });
    expect(layout?.rootSize?.source).toBe("50g");
    expect(disks[0]?.partitions.map(({ name }) => name)).toEqual(["logs"]);
  });

  test("takes partitions named root and boot for the layout's, unless they are mounted elsewhere", () => {
    const { layout, disks } = wanted({
      disks: [
        {
          device: "sda",
          partitions: [
            { name: "root", size: "30g" },
            { name: "boot", size: "1g" },
            { name: "var", size: "5g" },
          ],
        },
      ],
    });
    expect(layout).toMatchObject({ kind: "flat", device: "sda" });
    expect(layout?.bootSize?.source).toBe("1g");
    expect(disks[0]?.partitions.map(({ name }) => name)).toEqual(["var"]);
    const elsewhere = wanted({
      disks: [{ device: "sda", partitions: [{ name: "root", size: "1g", filesystem: { mountpoint: "/srv" } }] }],
    });
    expect(elsewhere.layout).toBeUndefined();
  });

  test("prefers root in a volume group, which needs exactly one disk or partition", () => {
    const volumeGroups = [
      { name: "sys", logicalVolumes: [{ name: "root", size: "20g", filesystem: { mountpoint: "/" } }] },
    ];
    const { layout, disks, groups } = wanted({ disks: [{ device: "sda", volumeGroup: "sys" }], volumeGroups });
    expect(layout).toMatchObject({
      kind: "lvm",
      device: "sda",
      groupName: "sys",
      volumeName: "root",
      rootSize: undefined,
    });
    expect(disks[0]?.group).toBe("");
    expect(groups[0]?.volumes).toEqual([]);
    const two = [
      { device: "sda", volumeGroup: "sys" },
      { device: "sdb", volumeGroup: "sys" },
    ];
    expect(() => wanted({ disks: two, volumeGroups })).toThrow("volume group sys holds root and needs exactly one");
  });

  test("names the field of a size that is none", () => {
    const disks = [
      {
        device: "sda",
        partitions: [
          { name: "a", size: "10g" },
          { name: "b", size: "lots" },
        ],
      },
    ];
    expect(() => wanted({ disks })).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ fieldPath: "spec.storage.disks[0].partitions[1].size" }),
      }),
    );
  });
});
