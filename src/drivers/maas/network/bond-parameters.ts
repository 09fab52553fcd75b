import type { LinkSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { invalidField } from "../driver-error.ts";

/** Parameters of a bond by MAAS's names; what a design does not say is left out. */
export type BondParameters = Readonly<Record<string, string>>;

/** Bond modes this driver configures: all that MAAS has. */
export const BOND_MODES = [
  "802.3ad",
  "active-backup",
  "balance-rr",
  "balance-xor",
  "broadcast",
  "balance-tlb",
  "balance-alb",
];

/** Field of a link that a parameter of a bond, or its MTU, comes from. */
export const BOND_FIELDS: Readonly<Record<string, string>> = {
  mtu: "mtu",
  bond_mode: "bond_mode",
  bond_xmit_hash_policy: "bond_hash",
  bond_lacp_rate: "bond_peer_rate",
  bond_miimon: "bond_mon_rate",
  bond_updelay: "bond_up_delay",
  bond_downdelay: "bond_down_delay",
  bond_num_grat_arp: "bond_num_grat_arp",
};

/** Whether interfaces on a link are bonds. */
export function bonds({ bondMode }: LinkSpec): boolean {
  return bondMode !== "" && bondMode !== "disabled";
}

/** The parameters a link says. INVALID_ARGUMENT for a mode MAAS does not have; `path` is the mode's place in the request. */
export function bondParameters(link: LinkSpec, path: string): BondParameters {
  if (!BOND_MODES.includes(link.bondMode)) {
    throw invalidField(
      path,
      `the MAAS driver has no bond mode "${link.bondMode}"`,
      `use one of ${BOND_MODES.join(", ")}`,
    );
  }
  const said: Record<string, string | undefined> = {
    bond_mode: link.bondMode,
    bond_miimon: link.bondMonRate?.toString(),
    bond_updelay: link.bondUpDelay?.toString(),
    bond_downdelay: link.bondDownDelay?.toString(),
    bond_lacp_rate: link.bondPeerRate,
    bond_xmit_hash_policy: link.bondHash,
    bond_num_grat_arp: link.bondNumGratArp?.toString(),
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );
}
