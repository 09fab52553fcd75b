import { type Form, notAValid } from "../http/form.ts";
import type { InterfaceParams } from "./interface.ts";

const MODES = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
] as const;
const RATES = ["fast", "slow"] as const;
const POLICIES = ["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4"] as const;
const DELAY = { min: 0, max: 1_000_000 };

/** The parameters of a bond. */
export const BOND_FIELDS = [
  "bond_mode",
  "bond_miimon",
  "bond_downdelay",
  "bond_updelay",
  "bond_lacp_rate",
  "bond_xmit_hash_policy",
  "bond_num_grat_arp",
];

const DEFAULTS: InterfaceParams = {
  bond_mode: "active-backup",
  bond_miimon: 100,
  bond_downdelay: 0,
  bond_updelay: 0,
  bond_lacp_rate: "fast",
  bond_xmit_hash_policy: "layer2",
  bond_num_grat_arp: 1,
};

/** The bond parameters after a create or update: what is sent, on top of `current` or the defaults. */
export function bondParams(form: Form, current: InterfaceParams | undefined): InterfaceParams {
  const sent = {
    bond_mode: form.choice("bond_mode", MODES, notAValid("bond_mode", MODES)),
    bond_miimon: form.integer("bond_miimon", DELAY),
    bond_downdelay: form.integer("bond_downdelay", DELAY),
    bond_updelay: form.integer("bond_updelay", DELAY),
    bond_lacp_rate: form.choice("bond_lacp_rate", RATES, notAValid("bond_lacp_rate", RATES)),
    bond_xmit_hash_policy: form.choice("bond_xmit_hash_policy", POLICIES, notAValid("bond_xmit_hash_policy", POLICIES)),
    bond_num_grat_arp: form.integer("bond_num_grat_arp", { min: 0, max: 255 }),
  };
  const given = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...(current ?? DEFAULTS), ...Object.fromEntries(given) };
}
