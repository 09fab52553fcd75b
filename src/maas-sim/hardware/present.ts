import { createHash } from "node:crypto";
import type { Hardware, SimState } from "../state.ts";
import type { WorldNic } from "../world/world.ts";

/** The NICs that are really there. */
export function presentNics(hardware: Hardware): readonly WorldNic[] {
  return hardware.spec.nics.filter((nic) => !hardware.missing.has(nic.pciAddress));
}

/** The NIC the machine boots from, if it has any. */
export function bootNic(hardware: Hardware): WorldNic | undefined {
  const present = presentNics(hardware);
  return present.find((nic) => nic.boot) ?? present.find((nic) => nic.network !== undefined) ?? present[0];
}

/** The machine of the world that has one of the MACs. */
export function hardwareWithMac(state: SimState, macs: readonly string[]): Hardware | undefined {
  return state.hardware.find((hardware) => hardware.spec.nics.some((nic) => macs.includes(nic.mac)));
}

/** The system UUID, made from the serial so that it stays the same. */
export function hardwareUuid(hardware: Hardware): string {
  const hex = createHash("sha256").update(`${hardware.spec.hostname}/${hardware.spec.system.serial}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
