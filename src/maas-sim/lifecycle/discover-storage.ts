import type { Machine } from "../machine.ts";
import type { Hardware, SimState } from "../state.ts";
import { type BlockDevice, blankDevice } from "../storage/device.ts";
import { applyLayout } from "../storage/layout.ts";
import type { WorldDisk } from "../world/world.ts";

/**
 * What commissioning does to the disks: absent ones go, the others are known by serial. Unless `keep`, everything on
 * them is forgotten and the default storage layout is put on the boot disk.
 */
export function discoverStorage(state: SimState, machine: Machine, hardware: Hardware, keep: boolean): void {
  const specs = hardware.spec.disks;
  for (const [id, device] of machine.disks) {
    if (device.type === "physical" && !specs.some(({ serial }) => serial === device.serial)) machine.disks.delete(id);
  }
  const devices = specs.map((spec) => adopt(state, machine, spec));
  if (machine.bootDiskId === null || !machine.disks.has(machine.bootDiskId))
    machine.bootDiskId = devices[0]?.id ?? null;
  if (keep || devices.length === 0) return;
  applyDefaultLayout(state, machine);
}

/** Puts the layout on a machine that new ones get. */
export function applyDefaultLayout(state: SimState, machine: Machine): void {
  const layout = String(state.config.get("default_storage_layout") ?? "flat");
  applyLayout(state, machine, layout === "lvm" || layout === "blank" ? layout : "flat", {});
}

function adopt(state: SimState, machine: Machine, spec: WorldDisk): BlockDevice {
  const known = [...machine.disks.values()].find(({ type, serial }) => type === "physical" && serial === spec.serial);
  const device: BlockDevice =
    known ??
    blankDevice({
      id: state.nextId("blockdevice"),
      type: "physical",
      name: spec.name,
      model: spec.model,
      serial: spec.serial,
      firmware: spec.firmware,
      size: spec.sizeBytes,
      blockSize: spec.blockSize,
      idPath: spec.idPath,
      numaNode: spec.numaNode,
      tags: [spec.rotary ? "rotary" : "ssd", "sata"],
    });
  device.name = spec.name;
  device.size = spec.sizeBytes;
  machine.disks.set(device.id, device);
  return device;
}
