import { type Form, invalidChoice } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import type { BlockDevice, Holder, Partition } from "./device.ts";
import { deviceName, isFree, partitionNumber } from "./usage.ts";

/** Block devices by id or name that something can be made of; notes those that cannot. */
export function freeDevices(form: Form, machine: Machine, field: string): BlockDevice[] {
  return chosen(form, field, [...machine.disks.values()].filter(isFree), (device) => deviceName(machine, device));
}

/** Partitions by id or name that something can be made of; notes those that cannot. */
export function freePartitions(form: Form, machine: Machine, field: string): Partition[] {
  const names = new Map<Partition, string>();
  for (const device of machine.disks.values()) {
    for (const partition of device.partitions ?? []) {
      const number = partitionNumber(machine, device, partition);
      names.set(partition, `${deviceName(machine, device)}-part${number}`);
    }
  }
  return chosen(form, field, [...names.keys()].filter(isFree), (partition) => names.get(partition) ?? "");
}

/** Members by id that leave something; notes those that are none. */
export function leaving(form: Form, members: readonly Holder[], field: string, kind: "device" | "partition"): Holder[] {
  const candidates = members.filter((member) => "partitions" in member === (kind === "device"));
  return chosen(form, field, candidates, () => "");
}

function chosen<H extends Holder>(
  form: Form,
  field: string,
  choices: readonly H[],
  nameOf: (choice: H) => string,
): H[] {
  return form.list(field).flatMap((specifier) => {
    const choice = choices.find((each) => String(each.id) === specifier || nameOf(each) === specifier);
    if (choice === undefined) form.fail(field, invalidChoice(specifier));
    return choice ?? [];
  });
}
