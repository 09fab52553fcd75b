import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";

/** MAAS's numbers for the states of a machine. */
export const STATUS = {
  NEW: 0,
  COMMISSIONING: 1,
  FAILED_COMMISSIONING: 2,
  MISSING: 3,
  READY: 4,
  RESERVED: 5,
  DEPLOYED: 6,
  RETIRED: 7,
  BROKEN: 8,
  DEPLOYING: 9,
  ALLOCATED: 10,
  FAILED_DEPLOYMENT: 11,
  RELEASING: 12,
  FAILED_RELEASING: 13,
  DISK_ERASING: 14,
  FAILED_DISK_ERASING: 15,
  RESCUE_MODE: 16,
  ENTERING_RESCUE_MODE: 17,
  FAILED_ENTERING_RESCUE_MODE: 18,
  EXITING_RESCUE_MODE: 19,
  FAILED_EXITING_RESCUE_MODE: 20,
  TESTING: 21,
  FAILED_TESTING: 22,
} as const;

const STATES: ReadonlyMap<number, ServerState> = new Map([
  [STATUS.NEW, ServerState.ENLISTED],
  [STATUS.COMMISSIONING, ServerState.COMMISSIONING],
  [STATUS.TESTING, ServerState.COMMISSIONING],
  [STATUS.READY, ServerState.READY],
  [STATUS.ALLOCATED, ServerState.ALLOCATED],
  [STATUS.DEPLOYING, ServerState.DEPLOYING],
  [STATUS.DEPLOYED, ServerState.DEPLOYED],
  [STATUS.RELEASING, ServerState.RELEASING],
  [STATUS.DISK_ERASING, ServerState.RELEASING],
  [STATUS.FAILED_COMMISSIONING, ServerState.FAILED],
  [STATUS.FAILED_DEPLOYMENT, ServerState.FAILED],
  [STATUS.FAILED_RELEASING, ServerState.FAILED],
  [STATUS.FAILED_DISK_ERASING, ServerState.FAILED],
  [STATUS.FAILED_TESTING, ServerState.FAILED],
  [STATUS.MISSING, ServerState.HELD],
  [STATUS.RESERVED, ServerState.HELD],
  [STATUS.RETIRED, ServerState.HELD],
  [STATUS.BROKEN, ServerState.HELD],
  [STATUS.RESCUE_MODE, ServerState.HELD],
  [STATUS.ENTERING_RESCUE_MODE, ServerState.HELD],
  [STATUS.FAILED_ENTERING_RESCUE_MODE, ServerState.HELD],
  [STATUS.EXITING_RESCUE_MODE, ServerState.HELD],
  [STATUS.FAILED_EXITING_RESCUE_MODE, ServerState.HELD],
]);

/** The contract's state for a state of MAAS; UNSPECIFIED for a number this driver does not know. */
export function serverState(status: number): ServerState {
  return STATES.get(status) ?? ServerState.UNSPECIFIED;
}

/** The contract's power for MAAS's word; UNSPECIFIED for "unknown". */
export function powerState(word: string): PowerState {
  if (word === "on") return PowerState.ON;
  if (word === "off") return PowerState.OFF;
  return word === "error" ? PowerState.ERROR : PowerState.UNSPECIFIED;
}

/** Whether a machine's interfaces and disks may be configured in a state. */
export function isConfigurable(status: number): boolean {
  return status === STATUS.READY || status === STATUS.ALLOCATED;
}

/** Whether a machine has been inventoried: everything from Ready on, failed commissioning and tests excepted. */
export function isCommissioned(status: number): boolean {
  const later: readonly number[] = [
    STATUS.READY,
    STATUS.RESERVED,
    STATUS.DEPLOYED,
    STATUS.DEPLOYING,
    STATUS.ALLOCATED,
    STATUS.FAILED_DEPLOYMENT,
    STATUS.RELEASING,
    STATUS.FAILED_RELEASING,
    STATUS.DISK_ERASING,
    STATUS.FAILED_DISK_ERASING,
  ];
  return later.includes(status);
}
