import type { InterfaceSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { invalidField } from "../driver-error.ts";
import { providerName } from "../site/wanted-vlans.ts";
import { type BondParameters, bondParameters, bonds } from "./bond-parameters.ts";
import { placeNetworks } from "./place-networks.ts";

/** A link to a subnet an interface is to have. */
export interface WantedLink {
  readonly mode: "static" | "auto" | "dhcp";
  readonly cidr: string;
  /** For `static` only; else empty. */
  readonly address: string;
  readonly network: string;
  /** Whether the default gateway of its address family is to go through this link: the gateway's address. */
  readonly gateway: string | undefined;
}

/** A bridge over one VLAN of an interface. */
export interface WantedBridge {
  readonly name: string;
  /** Parameters by MAAS's names; what a design does not say is left out. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What an interface carries with one VLAN tag, or with none. */
export interface WantedSegment {
  /** 0 for untagged frames, which the interface itself carries. */
  readonly vid: number;
  /** The largest packet of its networks; undefined when the design says nothing. */
  readonly mtu: number | undefined;
  /** Name of its first network; undefined for untagged frames without a network. */
  readonly network: string | undefined;
  readonly links: readonly WantedLink[];
  /** Has the links in the interface's place. */
  readonly bridge: WantedBridge | undefined;
}

/** An interface as a design wants it. */
export interface WantedInterface {
  /** Name in the design. */
  readonly name: string;
  readonly fabric: string;
  /** Devices of the specification; more than one only in a bond. */
  readonly devices: readonly string[];
  /** Undefined for a plain interface. */
  readonly bond: BondParameters | undefined;
  /** Whether a plain interface keeps the name MAAS gave it. */
  readonly keepsName: boolean;
  readonly mtu: number | undefined;
  readonly native: WantedSegment;
  /** Those with a tag, in the order of tags. */
  readonly vlans: readonly WantedSegment[];
}

const BOOT_INTERFACE = "pxe";

/**
 * What the specification's interfaces come to in MAAS. The boot interface is left out when its device is part of a bond: the
 * bond stands for it. INVALID_ARGUMENT when an interface cannot be: several devices without a bonding link, a device in two
 * interfaces, two interfaces or bridges of one name, or networks that do not fit (see `placeNetworks`).
 */
export function wantedInterfaces(spec: ServerSpec): WantedInterface[] {
  const users = new Map<string, string>();
  const names = new Map<string, string>();
  return spec.interfaces.flatMap((wanted, index): WantedInterface[] => {
    const path = `spec.interfaces[${index}]`;
    const { name, link, devices } = wanted;
    if (link === undefined || devices.length === 0) {
      if (wanted.networks.length === 0 && wanted.bridges.length === 0) return [];
      const lacks = link === undefined ? "link" : "device";
      throw invalidField(path, `interface ${name} carries networks and has no ${lacks}`, `give it a ${lacks}`);
    }
    const isBoot = name === BOOT_INTERFACE && devices.length === 1;
    if (isBoot && devices.every((device) => bondOf(spec, device) !== undefined)) return [];
    const isBond = !isBoot && bonds(link);
    if (devices.length > 1 && !isBond) {
      throw invalidField(
        `${path}.devices`,
        `interface ${name} has ${devices.length} devices, but its link ${link.name} does not bond`,
        "give the link a bonding mode, or the interface one device",
      );
    }
    claimOnce(devices, name, users, (device, other) =>
      other === name
        ? invalidField(`${path}.devices`, `device ${device} is in interface ${name} twice`, "use it once")
        : invalidField(`${path}.devices`, `device ${device} is in the interfaces ${other} and ${name}`, "use it once"),
    );
    const segments = placeNetworks(spec, wanted, link, path);
    const bridges = wanted.bridges.map((bridge) => bridge.name);
    const tagged = isBoot ? [] : segments.vlans.map(({ vid }) => `${name}.${vid}`);
    claimOnce([...(isBoot ? [] : [name]), ...tagged, ...bridges], `interface ${name}`, names, (taken, other) =>
      invalidField(
        bridges.includes(taken) ? `${path}.bridges` : `${path}.name`,
        `two interfaces would be named ${taken}: one of ${other}, one of interface ${name}`,
        "rename one of them",
      ),
    );
    return [
      {
        name,
        fabric: providerName(link.name),
        devices,
        bond: isBond ? bondParameters(link, `${path}.link.bond_mode`) : undefined,
        keepsName: name === BOOT_INTERFACE,
        mtu: link.mtu === 0 ? undefined : link.mtu,
        ...segments,
      },
    ];
  });
}

function claimOnce(
  keys: readonly string[],
  user: string,
  users: Map<string, string>,
  fault: (key: string, other: string) => Error,
): void {
  for (const key of keys) {
    const other = users.get(key);
    if (other !== undefined) throw fault(key, other);
    users.set(key, user);
  }
}

/** The bond of the specification a device is part of. */
function bondOf(spec: ServerSpec, device: string): InterfaceSpec | undefined {
  return spec.interfaces.find(
    ({ name, link, devices }) =>
      devices.includes(device) &&
      !(name === BOOT_INTERFACE && devices.length === 1) &&
      link !== undefined &&
      bonds(link),
  );
}
