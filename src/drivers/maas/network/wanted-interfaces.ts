import type { InterfaceNetwork, InterfaceSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { LinkSpec, NetworkSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import { invalidField } from "../driver-error.ts";
import { providerName, vidOn } from "../site/wanted-vlans.ts";

/** A link to a subnet an interface is to have. */
export interface WantedLink {
  readonly mode: "static" | "auto" | "dhcp";
  readonly cidr: string;
  /** For `static` only; else empty. */
  readonly address: string;
  readonly network: string;
  /** Whether the default gateway is to go through this link: the gateway's address. */
  readonly gateway: string | undefined;
}

/** A VLAN interface an interface is to carry. */
export interface WantedVlanInterface {
  readonly vid: number;
  /** Undefined when the design says nothing. */
  readonly mtu: number | undefined;
  readonly links: readonly WantedLink[];
}

/** An interface as a design wants it. */
export interface WantedInterface {
  /** Name in the design. */
  readonly name: string;
  readonly fabric: string;
  /** Devices of the specification; more than one only in a bond. */
  readonly devices: readonly string[];
  /** Bond parameters by MAAS's names; undefined for a plain interface. */
  readonly bond: Readonly<Record<string, string>> | undefined;
  /** Whether a plain interface keeps the name MAAS gave it. */
  readonly keepsName: boolean;
  readonly mtu: number | undefined;
  readonly links: readonly WantedLink[];
  readonly vlans: readonly WantedVlanInterface[];
}

/** Bond modes this driver configures. */
export const BOND_MODES = ["802.3ad", "active-backup", "balance-rr"];

const BOOT_INTERFACE = "pxe";

/**
 * What the specification's interfaces come to in MAAS. The boot interface is left out when its device is part of a bond: the
 * bond stands for it. INVALID_ARGUMENT when an interface cannot be: several devices without a bonding link, a device in two
 * interfaces, a network without a VLAN tag beside the native one on a trunk.
 */
export function wantedInterfaces(spec: ServerSpec): WantedInterface[] {
  const users = new Map<string, string>();
  return spec.interfaces.flatMap((wanted, index): WantedInterface[] => {
    const path = `spec.interfaces[${index}]`;
    const { name, link, devices } = wanted;
    if (link === undefined || devices.length === 0) return [];
    const isBoot = name === BOOT_INTERFACE && devices.length === 1;
    if (isBoot && devices.every((device) => bondOf(spec, device) !== undefined)) return [];
    const bonds = !isBoot && link.bondMode !== "" && link.bondMode !== "disabled";
    if (devices.length > 1 && !bonds) {
      throw invalidField(
        `${path}.devices`,
        `interface ${name} has ${devices.length} devices, but its link ${link.name} does not bond`,
        "give the link a bonding mode, or the interface one device",
      );
    }
    for (const device of devices) {
      const other = users.get(device);
      if (other !== undefined) {
        throw invalidField(
          `${path}.devices`,
          `device ${device} is in the interfaces ${other} and ${name}`,
          "use it once",
        );
      }
      users.set(device, name);
    }
    return [
      {
        name,
        fabric: providerName(link.name),
        devices,
        bond: bonds ? bondParameters(link, `${path}.link.bond_mode`) : undefined,
        keepsName: name === BOOT_INTERFACE,
        mtu: link.mtu === 0 ? undefined : link.mtu,
        ...placeNetworks(spec, wanted, link, path),
      },
    ];
  });
}

/** The bond of the specification a device is part of. */
function bondOf(spec: ServerSpec, device: string): InterfaceSpec | undefined {
  return spec.interfaces.find(
    ({ name, link, devices }) =>
      devices.includes(device) &&
      !(name === BOOT_INTERFACE && devices.length === 1) &&
      link !== undefined &&
      link.bondMode !== "" &&
      link.bondMode !== "disabled",
  );
}

function bondParameters(link: LinkSpec, path: string): Readonly<Record<string, string>> {
  if (!BOND_MODES.includes(link.bondMode)) {
    throw invalidField(
      path,
      `the MAAS driver has no bond mode "${link.bondMode}"`,
      `use one of ${BOND_MODES.join(", ")}`,
    );
  }
  const isLacp = link.bondMode === "802.3ad";
  const said: Record<string, string | undefined> = {
    bond_mode: link.bondMode,
    bond_miimon: link.bondMonRate?.toString(),
    bond_updelay: link.bondUpDelay?.toString(),
    bond_downdelay: link.bondDownDelay?.toString(),
    bond_lacp_rate: isLacp ? link.bondPeerRate : undefined,
    bond_xmit_hash_policy: isLacp ? link.bondHash : undefined,
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );
}

function placeNetworks(
  spec: ServerSpec,
  wanted: InterfaceSpec,
  link: LinkSpec,
  path: string,
): Pick<WantedInterface, "links" | "vlans"> {
  const links: WantedLink[] = [];
  const vlans = new Map<number, { vid: number; mtu: number | undefined; links: WantedLink[] }>();
  wanted.networks.forEach((carried, index) => {
    const { network } = carried;
    if (network === undefined) return;
    const vid = vidOn(link, network);
    if (vid === 0 && link.trunk && link.nativeNetwork !== network.name) {
      throw invalidField(
        `${path}.networks[${index}].network.vlan`,
        `network ${network.name} has no VLAN id and is not the native network of trunk ${link.name}`,
        "give the network a VLAN id, or make it the link's default network",
      );
    }
    const wantedLink = linkOf(spec, carried, network, `${path}.networks[${index}]`);
    if (vid === 0) {
      if (wantedLink !== undefined) links.push(wantedLink);
      return;
    }
    const vlan = vlans.get(vid) ?? { vid, mtu: network.mtu === 0 ? undefined : network.mtu, links: [] };
    if (wantedLink !== undefined) vlan.links.push(wantedLink);
    vlans.set(vid, vlan);
  });
  return { links, vlans: [...vlans.values()].sort((a, b) => a.vid - b.vid) };
}

/** "none" and "slaac" need nothing but an interface that is up; a static network without address gets one from MAAS. */
function linkOf(
  spec: ServerSpec,
  { mode, address }: InterfaceNetwork,
  network: NetworkSpec,
  path: string,
): WantedLink | undefined {
  if (mode !== "static" && mode !== "dhcp") return undefined;
  if (network.cidr === "") {
    throw invalidField(
      `${path}.network.cidr`,
      `network ${network.name} has no CIDR, so nothing can have an address on it`,
    );
  }
  const isPrimary = spec.primaryNetwork === network.name && network.gateway !== "" && mode === "static";
  return {
    mode: mode === "dhcp" ? "dhcp" : address === "" ? "auto" : "static",
    cidr: canonicalBlock(network.cidr),
    address: mode === "static" ? canonicalAddress(address) : "",
    network: network.name,
    gateway: isPrimary ? canonicalAddress(network.gateway) : undefined,
  };
}
