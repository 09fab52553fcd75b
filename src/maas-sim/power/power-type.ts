/** One parameter of a power type. */
export interface PowerField {
  readonly name: string;
  readonly required?: boolean;
  /** `node` parameters tell machines behind one BMC apart. */
  readonly scope?: "node";
  readonly secret?: boolean;
  readonly multiple?: boolean;
  readonly choices?: readonly string[];
  readonly fallback?: string | readonly string[];
}

const IPMI: readonly PowerField[] = [
  { name: "power_driver", choices: ["LAN", "LAN_2_0"], fallback: "LAN_2_0" },
  { name: "power_boot_type", choices: ["auto", "legacy", "efi"], fallback: "auto" },
  { name: "power_address", required: true },
  { name: "power_user" },
  { name: "power_pass", secret: true },
  { name: "k_g", secret: true },
  { name: "cipher_suite_id", choices: ["17", "3", "", "8", "12"], fallback: "3" },
  { name: "privilege_level", choices: ["USER", "OPERATOR", "ADMIN"], fallback: "OPERATOR" },
  { name: "workaround_flags", multiple: true, fallback: ["opensesspriv"] },
  { name: "mac_address", scope: "node" },
  { name: "power_off_mode", choices: ["hard", "soft"], fallback: "hard" },
];

const REDFISH: readonly PowerField[] = [
  { name: "power_address", required: true },
  { name: "power_user", required: true },
  { name: "power_pass", required: true, secret: true },
  { name: "node_id", scope: "node" },
];

const VIRSH: readonly PowerField[] = [
  { name: "power_address", required: true },
  { name: "power_pass", secret: true },
  { name: "power_id", required: true, scope: "node" },
];

const LXD: readonly PowerField[] = [
  { name: "power_address", required: true },
  { name: "instance_name", required: true, scope: "node" },
  { name: "project", required: true },
  { name: "certificate" },
  { name: "key", secret: true },
  { name: "password", secret: true },
];

const WEBHOOK: readonly PowerField[] = [
  { name: "power_on_uri", required: true },
  { name: "power_off_uri", required: true },
  { name: "power_query_uri", required: true },
  { name: "power_on_regex", required: true },
  { name: "power_off_regex", required: true },
  { name: "power_user" },
  { name: "power_pass", secret: true },
  { name: "power_token", secret: true },
  { name: "power_verify_ssl", required: true, choices: ["y", "n"], fallback: "n" },
];

/** The parameters of each power type the simulator knows; the empty type is a machine nobody can power. */
export const POWER_TYPES: Readonly<Record<string, readonly PowerField[]>> = {
  "": [],
  manual: [],
  ipmi: IPMI,
  redfish: REDFISH,
  virsh: VIRSH,
  lxd: LXD,
  webhook: WEBHOOK,
};

/** Whether a parameter, of whichever type, is one to hide. */
export function isSecretParameter(name: string): boolean {
  return (
    /pass|secret|token|key/i.test(name) ||
    Object.values(POWER_TYPES).some((fields) => fields.some((field) => field.secret === true && field.name === name))
  );
}
