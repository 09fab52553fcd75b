import { randomUUID } from "node:crypto";
import { invalidFields } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { raidBy } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { type Holder, RAID_LEVELS, type Raid } from "../storage/device.ts";
import { uuidField } from "../storage/filesystem-form.ts";
import { freeDevices, freePartitions, leaving } from "../storage/holder-fields.ts";
import { join } from "../storage/partitioning.ts";
import { addStackDevice, isNameTaken, removeRaid, resizeRaid } from "../storage/stacks.ts";
import { membersOf, raidSize } from "../storage/usage.ts";
import { raidView } from "../views/storage-view.ts";
import { machineForStorage, machineOf } from "./machine-scope.ts";

const raidOf = (machine: Machine, call: Call) => raidBy(machine, call.arg("id"));
const show = (machine: Machine, raid: Raid) => json(raidView(machine, raid));

const LEAST: Readonly<Record<Raid["level"], number>> = {
  ...{ "raid-0": 2, "raid-1": 2, "raid-5": 3, "raid-6": 4, "raid-10": 3 },
};

/** Throws a 400 unless a RAID of that level can have so many members. */
function requireMembers(level: Raid["level"], active: number, spares: number): void {
  const least = LEAST[level];
  if (active >= least && (level !== "raid-0" || spares === 0)) return;
  const more = level === "raid-0" ? "no spares" : "any number of spares";
  const number = level.slice("raid-".length);
  throw invalidFields({
    __all__: [`RAID level ${number} must have at least ${least} raid devices and ${more}.`],
  });
}

function nameField({ form }: Call, machine: Machine, self: Raid | undefined): string | undefined {
  const name = form.text("name");
  if (!name) return undefined;
  if (!/^[\w.-]{1,255}$/.test(name)) form.fail("name", "Enter a valid device name.");
  if (name !== self?.name && isNameTaken(machine, name)) {
    form.fail("name", "Block device with this Name already exists.");
  }
  return name;
}

/** The name of a RAID that was given none. */
function nextName(machine: Machine): string {
  let number = 0;
  while (isNameTaken(machine, `md${number}`)) number += 1;
  return `md${number}`;
}

function createRaid(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  form.required("level");
  const level = form.choice("level", RAID_LEVELS);
  const name = nameField(call, machine, undefined);
  const uuid = uuidField(form);
  const [devices, spareDevices] = [
    freeDevices(form, machine, "block_devices"),
    freeDevices(form, machine, "spare_devices"),
  ];
  const active: Holder[] = [...devices, ...freePartitions(form, machine, "partitions")];
  const spares: Holder[] = [...spareDevices, ...freePartitions(form, machine, "spare_partitions")];
  if (form.list("block_devices").length + form.list("partitions").length === 0) {
    form.fail("__all__", "At least one block device or partition must be added to the array.");
  }
  form.check();
  if (level === undefined) return noContent();
  requireMembers(level, active.length, spares.length);
  const id = sim.state.nextId("volumegroup");
  // A machine boots from partitions: of a RAID with its boot disk all disks are partitioned.
  const all = [...devices, ...spareDevices];
  const hasBootDisk = all.some((device) => device.id === machine.bootDiskId);
  const partitioned = new Set(hasBootDisk ? all.map((device) => device.id) : []);
  for (const member of active) join(sim.state, machine, member, { type: "raid", id }, partitioned);
  for (const member of spares) join(sim.state, machine, member, { type: "raid-spare", id }, partitioned);
  const stack = { id, name: name ?? nextName(machine) };
  const device = addStackDevice(sim.state, machine, "raid", stack, raidSize(machine, { id, level }));
  const raid: Raid = { ...stack, level, uuid: uuid ?? randomUUID(), deviceId: device.id };
  machine.raids.set(id, raid);
  return show(machine, raid);
}

function updateRaid(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  const raid = raidOf(machine, call);
  const name = nameField(call, machine, raid);
  const uuid = uuidField(form);
  const added = [
    ...freeDevices(form, machine, "add_block_devices"),
    ...freePartitions(form, machine, "add_partitions"),
  ];
  const addedSpares = [
    ...freeDevices(form, machine, "add_spare_devices"),
    ...freePartitions(form, machine, "add_spare_partitions"),
  ];
  const [active, spares] = [membersOf(machine, raid.id, "raid"), membersOf(machine, raid.id, "raid-spare")];
  const members = [...active, ...spares];
  const removed = new Set([
    ...leaving(form, members, "remove_block_devices", "device"),
    ...leaving(form, members, "remove_spare_devices", "device"),
    ...leaving(form, members, "remove_partitions", "partition"),
    ...leaving(form, members, "remove_spare_partitions", "partition"),
  ]);
  form.check();
  const left = (holders: readonly Holder[]) => holders.filter((holder) => !removed.has(holder)).length;
  requireMembers(raid.level, left(active) + added.length, left(spares) + addedSpares.length);
  const { id } = raid;
  const partitioned = new Set(machine.bootDiskId === null ? [] : [machine.bootDiskId]);
  for (const holder of removed) holder.member = null;
  for (const holder of added) join(sim.state, machine, holder, { type: "raid", id }, partitioned);
  for (const holder of addedSpares) join(sim.state, machine, holder, { type: "raid-spare", id }, partitioned);
  raid.name = name ?? raid.name;
  raid.uuid = uuid ?? raid.uuid;
  const device = machine.disks.get(raid.deviceId);
  if (device !== undefined) device.name = raid.name;
  resizeRaid(machine, raid);
  return show(machine, raid);
}

function deleteRaid(call: Call) {
  const machine = machineForStorage(call);
  removeRaid(machine, raidOf(machine, call));
  return noContent();
}

const UPDATE_FIELDS = ["block_devices", "partitions", "spare_devices", "spare_partitions"].flatMap((members) => [
  `add_${members}`,
  `remove_${members}`,
]);

/** `nodes/{system_id}/raids/` and `nodes/{system_id}/raid/{id}/`. */
export const raidResources: readonly Resource[] = [
  {
    handler: "RaidsHandler",
    path: "nodes/{system_id}/raids/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json([...machine.raids.values()].map((raid) => raidView(machine, raid)));
      }),
      create(["name", "uuid", "level", "block_devices", "partitions", "spare_devices", "spare_partitions"], createRaid),
    ],
  },
  {
    handler: "RaidHandler",
    path: "nodes/{system_id}/raid/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return show(machine, raidOf(machine, call));
      }),
      update(["name", "uuid", ...UPDATE_FIELDS], updateRaid),
      remove([], deleteRaid),
    ],
  },
];
