import { DriverKind, type DriverService } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { CODE, Refusal } from "../world/refusal.ts";
import { OPTIONS } from "../world/settings.ts";
import type { Handlers } from "./grpc-service.ts";
import type { Worlds } from "./worlds.ts";

const PROTOCOL_PACKAGE = "bedplate.driver.v1";
/** The driver's name and version. */
export const DRIVER_NAME = "dev.bedplate.simulator";
const DRIVER_VERSION = "0.1.0";

const CAPABILITIES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "site.networks": {},
  "site.dhcp": {},
  "site.static-routes": {},
  "site.authorized-keys": {},
  "site.spaces": {},
  "site.dhcp-relay": {},
  "site.domains": {},
  "site.tags": {},
  "site.repositories": {},
  "site.scripts": {},
  "server.enlist": {},
  "server.power": { types: ["ipmi", "redfish", "libvirt", "manual"] },
  "server.alias": { by: ["pci", "scsi", "serial", "wwn", "mac", "min_size"] },
  "network.bond": {
    modes: ["802.3ad", "active-backup", "balance-rr", "balance-xor", "broadcast", "balance-tlb", "balance-alb"],
  },
  "network.bridge": { types: ["standard", "ovs"] },
  "network.vlan": {},
  "network.address": { modes: ["static", "dhcp", "slaac", "auto", "none"] },
  "storage.layout": { layouts: ["lvm", "flat"] },
  "storage.partitions": {},
  "storage.lvm": {},
  "storage.raid": { levels: ["raid-0", "raid-1", "raid-5", "raid-6", "raid-10"] },
  "deploy.kernel-params": {},
  "deploy.user-data": {},
  power: {},
  annotate: {},
  "plan-servers": {},
  "watch-servers": {},
  "script-results": {},
};

/** Who the driver is, and whether it can reach a target. */
export function driverService(worlds: Worlds): Handlers<typeof DriverService> {
  return {
    getDriverInfo({ protocolPackages }) {
      if (!protocolPackages.includes(PROTOCOL_PACKAGE)) {
        const theirs = protocolPackages.join(", ") || "none";
        throw new Refusal({
          code: CODE.FAILED_PRECONDITION,
          reason: ErrorReason.CAPABILITY_UNDECLARED,
          message: `this driver speaks ${PROTOCOL_PACKAGE}, the core ${theirs}; use a matching driver`,
        });
      }
      return {
        name: DRIVER_NAME,
        version: DRIVER_VERSION,
        vendor: "Bedplate",
        documentationUrl: "docs/simulator.md",
        kinds: [DriverKind.SERVER, DriverKind.NETWORK, DriverKind.OOB],
        protocolPackages: [PROTOCOL_PACKAGE],
        capabilities: Object.entries(CAPABILITIES).map(([name, parameters]) => ({
          name,
          parameters: Object.fromEntries(
            Object.entries(parameters).map(([key, values]) => [key, { values: [...values] }]),
          ),
        })),
        limits: { maxInFlight: 256, maxInFlightPerBmc: 1 },
        options: [...OPTIONS].map(([name, description]) => ({ name, description })),
      };
    },
    async probe({ target }, caller) {
      const { machines } = await worlds.ask<{ machines: number }>(target, { do: "probe" }, caller);
      return { message: `a simulated site with ${machines} machines`, targetVersion: DRIVER_VERSION };
    },
  };
}
