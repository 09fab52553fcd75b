import { PowerNeed } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Machine } from "./machine.ts";
import { STATUS } from "./status.ts";

const BOOTS: readonly number[] = [
  STATUS.COMMISSIONING,
  STATUS.TESTING,
  STATUS.DEPLOYING,
  STATUS.DISK_ERASING,
  STATUS.ENTERING_RESCUE_MODE,
];

/** Nothing MAAS installed runs in these states, and it may begin with the machine next. */
const RESTS: readonly number[] = [
  STATUS.NEW,
  STATUS.READY,
  STATUS.ALLOCATED,
  STATUS.RELEASING,
  STATUS.FAILED_COMMISSIONING,
  STATUS.FAILED_TESTING,
  STATUS.FAILED_DEPLOYMENT,
  STATUS.FAILED_RELEASING,
  STATUS.FAILED_DISK_ERASING,
];

/**
 * What MAAS needs of a machine's power when it doesn't switch it: a machine of power type "manual" waits until somebody boots it from the network, and one that runs something else never
 * does. Undefined is a machine MAAS doesn't know.
 */
export function powerNeed(machine: Machine | undefined): PowerNeed {
  if (machine === undefined) return PowerNeed.OFF;
  const { powerType, status } = machine;
  if (powerType !== "" && powerType !== "manual") return PowerNeed.UNSPECIFIED;
  if (BOOTS.includes(status)) return PowerNeed.NETWORK_BOOT;
  return RESTS.includes(status) ? PowerNeed.OFF : PowerNeed.UNSPECIFIED;
}
