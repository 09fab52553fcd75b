import { randomUUID } from "node:crypto";
import type { Machine } from "../machine.ts";
import { roundDown } from "../size.ts";
import type { SimState } from "../state.ts";
import type { BlockDevice, Partition } from "./device.ts";

/** Adds a partition, making the table if there is none. The caller has checked that it fits; the size rounds down. */
export function addPartition(
  state: SimState,
  machine: Machine,
  device: BlockDevice,
  size: number,
  bootable: boolean,
  uuid: string = randomUUID(),
): Partition {
  const partitions = device.partitions ?? [];
  const used = new Set(partitions.map(({ number }) => number));
  let number = reservesFirst(machine, device) ? 2 : 1;
  while (used.has(number)) number += 1;
  const partition: Partition = {
    id: state.nextId("partition"),
    uuid,
    number,
    size: roundDown(size),
    bootable,
    tags: [],
    filesystem: null,
    volumeGroupId: null,
  };
  device.partitions = [...partitions, partition];
  return partition;
}

/** On a BIOS machine the boot disk's first partition is the boot loader's. */
function reservesFirst(machine: Machine, device: BlockDevice): boolean {
  return device.id === machine.bootDiskId && machine.hardware?.spec.bootMethod === "bios";
}
