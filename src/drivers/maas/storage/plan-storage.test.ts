import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { StorageSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { readMachine } from "../server/machine.ts";
import { STATUS } from "../server/status.ts";
import { planStorage } from "./plan-storage.ts";
import type { StorageState } from "./storage-view.ts";
import { wantedStorage } from "./wanted-storage.ts";

const SIZE = 500_000_000_000;

function part(id: number, number: number, fstype = "") {
  const filesystem = fstype === "" ? null : { fstype, mount_point: null };
  return { id, size: 100 * 2 ** 30, path: `/dev/disk/by-dname/sda-part${number}`, filesystem };
}

function state(status: number, partitions: readonly unknown[], more: Partial<StorageState> = {}): StorageState {
  const disk = (id: number, name: string, parts: readonly unknown[] = []) => ({
    ...{
      id,
      name,
      type: "physical",
      size: SIZE,
      available_size: SIZE - 200 * 2 ** 30,
      partitions: parts,
      filesystem: null,
    },
  });
  const machine = readMachine({
    ...{ system_id: "abc", hostname: "n1", status, architecture: "amd64/generic", bios_boot_method: "pxe" },
    ...{ boot_disk: { id: 1 }, blockdevice_set: [disk(1, "sda", partitions), disk(2, "sdb")] },
  });
  return { machine, groups: [], raids: [], bcaches: [], cacheSets: [], ...more };
}

function plan(found: StorageState, storage: MessageInitShape<typeof StorageSpecSchema>) {
  const wanted = wantedStorage(create(StorageSpecSchema, storage));
  const bound = new Map(found.machine.disks.map((disk) => [disk.name, disk]));
  return planStorage({ ...found, bound }, wanted);
}

const rooted = { disks: [{ device: "sda", partitions: [{ name: "root", size: "50g" }] }] };

test("a datastore of VMware goes by the blank layout, which the plan says reaches every disk", () => {
  const [first, ...others] = plan(state(STATUS.READY, [part(1, 1), part(2, 3, "vmfs6")]), rooted);
  expect(first).toMatchObject({
    action: "lay out",
    before: "VMware datastore",
    after: "nothing on any disk of the machine",
    request: { op: "set_storage_layout", form: [["storage_layout", "blank"]] },
  });
  expect(others.map(({ object, request }) => [object, request])).toEqual([["partition root of disk sda", undefined]]);
  expect(
    plan(state(STATUS.READY, [part(2, 3, "vmfs6")]), { disks: [{ device: "sdb", volumeGroup: "vg" }] }),
  ).toHaveLength(1);
});

test("what is taken from an installed machine loses data, from a free one nothing", () => {
  const losses = (status: number) =>
    plan(state(status, [part(1, 2)]), rooted)
      .filter(({ action }) => action === "delete")
      .map(({ destructive }) => destructive);
  expect(losses(STATUS.DEPLOYED)).toEqual([true]);
  expect(losses(STATUS.READY)).toEqual([false]);
});

test("a group that another disk is in, too, goes as a whole, its volumes first", () => {
  const group = {
    ...{ id: 5, name: "old", uuid: "", size: BigInt(SIZE), volumeIds: [], diskIds: [2], partitionIds: [1] },
  };
  const actions = plan(state(STATUS.READY, [part(1, 2, "lvm-pv")], { groups: [group] }), rooted);
  expect(actions.map(({ action, object }) => `${action} ${object}`).slice(0, 2)).toEqual([
    "delete volume group old",
    "delete partition 2 of disk sda",
  ]);
});

test("partitions are numbered by MAAS from the order they are asked for, all with sizes but the rest", () => {
  const storage = {
    layout: "flat",
    bootDevice: "sdb",
    bootSize: "1g",
    disks: [{ device: "sdb", partitions: [{ name: "data", size: "25%" }] }],
  };
  const made = plan(state(STATUS.READY, []), storage).filter(({ action }) => action === "create");
  const rest = 500_000_000_000n - 6n * 2n ** 20n - 1_000_000_000n - 125_000_000_000n;
  expect(made.map(({ request }) => request?.form)).toEqual([
    [
      ["size", "1000000000"],
      ["bootable", "true"],
    ],
    [["size", expect.stringMatching(/^\d+$/)]],
    [["size", "125000000000"]],
  ]);
  const root = BigInt(String(made[1]?.request?.form?.[0]?.[1]));
  expect(rest - root).toBeLessThan(16n * 2n ** 20n);
});
