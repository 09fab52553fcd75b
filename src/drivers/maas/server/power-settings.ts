import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { FormField } from "../client/request.ts";
import { invalidField } from "../driver-error.ts";
import { hostname, powerAddress } from "./find-machine.ts";

/** How MAAS is to reach a machine's BMC. */
export interface PowerSettings {
  readonly type: string;
  /** Parameters by MAAS's name for them. They hold the password. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The power types of this driver by the contract's, with the further parameters each takes from the design. */
const TYPES: ReadonlyMap<string, { readonly type: string; readonly further: readonly string[] }> = new Map([
  [
    "ipmi",
    {
      type: "ipmi",
      further: ["power_driver", "power_boot_type", "k_g", "cipher_suite_id", "privilege_level", "power_off_mode"],
    },
  ],
  ["redfish", { type: "redfish", further: ["node_id"] }],
  ["libvirt", { type: "virsh", further: ["power_id"] }],
  ["manual", { type: "manual", further: [] }],
]);

const LEFT_TO_OTHERS: PowerSettings = { type: "manual", parameters: {} };

/** The contract's power types this driver can hand to MAAS. */
export const POWER_TYPES = [...TYPES.keys()];

/**
 * The power settings a machine is to have; undefined when the specification names no controller. Where power is somebody else's, MAAS is to leave it to them, as it does with power type "manual": with any other it
 * would switch the machine itself. Parameters MAAS has no field for are meant for other drivers and left out. INVALID_ARGUMENT when something needed is missing.
 */
export function powerSettings(spec: ServerSpec): PowerSettings | undefined {
  const { oob, identity } = spec;
  if (oob === undefined || oob.type === "") return undefined;
  if (!oob.driverOwnsPower) return LEFT_TO_OTHERS;
  const known = TYPES.get(oob.type);
  if (known === undefined) {
    throw invalidField(
      "spec.oob.type",
      `MAAS has no power type for "${oob.type}"`,
      `use one of ${POWER_TYPES.join(", ")}`,
    );
  }
  const node = identity?.name ?? "";
  const parameters: Record<string, string> = {};
  if (oob.type === "libvirt") {
    const uri = oob.parameters.libvirt_uri ?? oob.parameters.power_address ?? "";
    if (uri === "")
      throw invalidField("spec.oob.parameters", `node ${node} has no libvirt_uri`, "write qemu+ssh://USER@HOST/system");
    parameters.power_address = uri;
    parameters.power_id = hostname(node);
    if (oob.credential !== "") parameters.power_pass = oob.credential;
  } else if (oob.type !== "manual") {
    if (oob.address === "") {
      throw invalidField(
        "spec.oob.address",
        `node ${node} has no address of its management controller`,
        "give the node one",
      );
    }
    parameters.power_address = powerAddress(oob.address);
    if (oob.account !== "") parameters.power_user = oob.account;
    if (oob.credential !== "") parameters.power_pass = oob.credential;
  }
  for (const name of known.further) {
    const value = oob.parameters[name];
    if (value !== undefined && value !== "") parameters[name] = value;
  }
  return { type: known.type, parameters };
}

/** The settings as form fields. */
export function powerForm(settings: PowerSettings): FormField[] {
  return [
    ["power_type", settings.type],
    ...Object.entries(settings.parameters).map(([name, value]) => [`power_parameters_${name}`, value] as const),
  ];
}

/** The settings for people: no user, no password. */
export function powerLabel(type: string, address: string | undefined): string {
  return address === undefined || address === "" ? `power ${type}` : `power ${type} at ${address}`;
}
