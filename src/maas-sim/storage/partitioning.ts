import { randomUUID } from "node:crypto";
import type { Machine } from "../machine.ts";
import { roundDown } from "../size.ts";
import type { SimState } from "../state.ts";
import type { BlockDevice, Holder, Membership, Partition } from "./device.ts";
import { partitionRoom } from "./usage.ts";

/** Adds a partition, making the table if there is none. The caller has checked that it fits; the size rounds down. */
export function addPartition(
  state: SimState,
  device: BlockDevice,
  size: number,
  bootable = false,
  uuid: string = randomUUID(),
): Partition {
  const partition: Partition = {
    id: state.nextId("partition"),
    uuid,
    size: roundDown(size),
    bootable,
    tags: [],
    filesystem: null,
    member: null,
  };
  device.partitions = [...(device.partitions ?? []), partition];
  return partition;
}

/** Makes a device or partition part of something; a whole device of `partitioned` becomes one partition first. */
export function join(
  state: SimState,
  machine: Machine,
  holder: Holder,
  membership: Omit<Membership, "uuid">,
  partitioned: ReadonlySet<number>,
): void {
  const isWhole = "partitions" in holder && partitioned.has(holder.id);
  const member = isWhole ? addPartition(state, holder, partitionRoom(machine, holder)) : holder;
  member.member = { ...membership, uuid: randomUUID() };
}
