import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  DriverKind,
  type GetDriverInfoRequest,
  type GetDriverInfoResponse,
  GetDriverInfoResponseSchema,
} from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { ErrorReason, RetryKind } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { API_KEY_SECRET, OPTIONS } from "../client/target.ts";
import { DriverError } from "../driver-error.ts";
import { DRIVER_NAME, DRIVER_VERSION } from "../driver-name.ts";
import { BOND_MODES } from "../network/bond-parameters.ts";
import { ADDRESS_MODES, BRIDGE_TYPES } from "../network/place-networks.ts";
import { POWER_TYPES } from "../server/power-settings.ts";
import { RAID_LEVELS } from "../storage/require-raids.ts";

const PROTOCOL_PACKAGE = "bedplate.driver.v1";

const CAPABILITIES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "site.networks": {},
  "site.dhcp": {},
  "site.static-routes": {},
  "site.spaces": {},
  "site.dhcp-relay": {},
  "site.prune": {},
  "site.authorized-keys": {},
  "site.domains": {},
  "site.tags": {},
  "site.repositories": {},
  "site.scripts": {},
  "server.enlist": { by: ["boot_mac"] },
  "server.power": { types: POWER_TYPES },
  "server.alias": { by: ["pci", "scsi", "serial", "wwn", "mac", "min_size"] },
  "network.bond": { modes: BOND_MODES },
  "network.vlan": {},
  "network.bridge": { types: BRIDGE_TYPES },
  "network.address": { modes: ADDRESS_MODES },
  "storage.layout": { layouts: ["lvm", "flat"] },
  "storage.partitions": {},
  "storage.lvm": {},
  "storage.raid": { levels: RAID_LEVELS },
  "deploy.kernel-params": {},
  "deploy.user-data": {},
  "plan-servers": {},
  "server.commission": {},
  "server.lock": {},
  "server.erase": { modes: ["none", "quick", "secure", "full"] },
  release: {},
  rescue: {},
  power: {},
  annotate: {},
  "script-results": {},
  uninterruptible: { steps: ["commission", "deploy", "release"] },
};

/** What the driver is and can do. FAILED_PRECONDITION when the core speaks no protocol package of this driver. */
export function driverInfo(request: GetDriverInfoRequest): GetDriverInfoResponse {
  if (!request.protocolPackages.includes(PROTOCOL_PACKAGE)) {
    const offered = request.protocolPackages.join(", ") || "none";
    throw new DriverError(`the MAAS driver ${DRIVER_VERSION} speaks ${PROTOCOL_PACKAGE}, the core speaks ${offered}`, {
      code: Code.FailedPrecondition,
      reason: ErrorReason.INVALID_FIELD,
      retry: RetryKind.NEVER,
      fieldPath: "protocol_packages",
      hint: "use a driver and a core of matching versions",
    });
  }
  return create(GetDriverInfoResponseSchema, {
    name: DRIVER_NAME,
    version: DRIVER_VERSION,
    vendor: "Bedplate",
    documentationUrl: "https://maas.io/docs/api",
    kinds: [DriverKind.SERVER],
    protocolPackages: [PROTOCOL_PACKAGE],
    capabilities: Object.entries(CAPABILITIES).map(([name, parameters]) => ({
      name,
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, values]) => [key, { values: [...values] }])),
    })),
    limits: { maxInFlight: 16, maxInFlightPerBmc: 1 },
    options: [...OPTIONS].map(([name, description]) => ({ name, description })),
    secretNames: [API_KEY_SECRET],
  });
}
