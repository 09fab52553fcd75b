import type { CommissionSpecSchema } from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { flagAt, textMapAt, textsAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type CommissionInit = Init<typeof CommissionSpecSchema>;

/**
 * How a machine is commissioned: what its hardware profile wants run on every machine of the model, then what its host profile adds. Undefined when neither says anything.
 */
export function commissionSpec(provisioning: TreeMap, hardware: TreeMap): CommissionInit | undefined {
  const both = (key: string): string[] => [...new Set([...textsAt(hardware, key), ...textsAt(provisioning, key)])];
  const spec = present<CommissionInit>({
    commissioningScripts: both("commissioning_scripts"),
    testingScripts: both("testing_scripts"),
    scriptParameters: textMapAt(provisioning, "script_parameters"),
    enableSsh: flagAt(provisioning, "enable_ssh"),
    skipBmcConfig: flagAt(provisioning, "skip_bmc_config"),
    skipNetworking: flagAt(provisioning, "skip_networking"),
    skipStorage: flagAt(provisioning, "skip_storage"),
  });
  return Object.keys(spec).length === 0 ? undefined : spec;
}
