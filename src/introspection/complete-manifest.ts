import { clone } from "@bufbuild/protobuf";
import { type HardwareManifest, HardwareManifestSchema } from "../../gen/bedplate/type/v1/hardware_pb.js";

/**
 * A machine's own report with what an earlier manifest knew and the report doesn't tell, as far as that can't have changed by installing: ids of devices at the same place, the
 * model of the processors, the architecture and the firmware's mode. What was in use or loaded then is not taken over.
 */
export function completeManifest(report: HardwareManifest, earlier: HardwareManifest | undefined): HardwareManifest {
  if (earlier === undefined) return report;
  const whole = clone(HardwareManifestSchema, report);
  const known = new Map(earlier.devices.map((device) => [device.pciAddress, device]));
  for (const device of whole.devices) {
    const before = known.get(device.pciAddress);
    if (before === undefined || device.vendorId !== "") continue;
    device.vendorId = before.vendorId;
    device.productId = before.productId;
  }
  // Another machine in its place has other processors.
  if (whole.systemSerial !== earlier.systemSerial) return whole;
  whole.cpuModel ||= earlier.cpuModel;
  whole.architecture ||= earlier.architecture;
  whole.bootMode ||= earlier.bootMode;
  return whole;
}
