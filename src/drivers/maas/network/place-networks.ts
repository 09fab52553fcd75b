import type {
  BridgeSpec,
  InterfaceNetwork,
  InterfaceSpec,
  ServerSpec,
} from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { LinkSpec, NetworkSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import { invalidField } from "../driver-error.ts";
import { vidOn } from "../site/wanted-vlans.ts";
import type { WantedBridge, WantedInterface, WantedLink, WantedSegment } from "./wanted-interfaces.ts";

/** How an address may be assigned. */
export const ADDRESS_MODES = ["static", "dhcp", "auto", "slaac", "none"];
/** Kinds of bridge. */
export const BRIDGE_TYPES = ["standard", "ovs"];

/**
 * The networks of an interface by the tag they carry, with the links and the bridge of each. INVALID_ARGUMENT for a network
 * without tag beside the native one of a trunk, packets larger than the link's, an address on a network without CIDR, two
 * addresses by DHCP on one VLAN, a bridge over a network the interface does not carry, and two bridges over one VLAN.
 */
export function placeNetworks(
  spec: ServerSpec,
  wanted: InterfaceSpec,
  link: LinkSpec,
  path: string,
): Pick<WantedInterface, "native" | "vlans"> {
  const carried = new Map<number, Carried[]>([[0, []]]);
  wanted.networks.forEach((entry, index) => {
    const { network } = entry;
    if (network === undefined) return;
    const at = `${path}.networks[${index}]`;
    const vid = vidOn(link, network);
    checkNetwork(network, link, vid, at);
    carried.set(vid, [...(carried.get(vid) ?? []), { entry, network, path: at }]);
  });
  const primaryVid = [...carried].find(([, all]) =>
    all.some(({ network }) => network.name === spec.primaryNetwork),
  )?.[0];
  const bridges = bridgesByVid(wanted, carried, path);
  const segments = [...carried].map(([vid, all]): WantedSegment => {
    const links = all.flatMap((one) => linkOf(one, vid === primaryVid && isGateway(one, all, spec.primaryNetwork)));
    const leased = links.filter(({ mode }) => mode === "dhcp");
    if (leased.length > 1) {
      throw invalidField(
        `${path}.networks`,
        `interface ${wanted.name} would get addresses by DHCP on ${leased.map(({ network }) => network).join(" and ")}, which share a VLAN; MAAS gives one interface one such address`,
        "assign the address of one of them otherwise",
      );
    }
    const mtu = Math.max(0, ...all.map(({ network }) => network.mtu));
    const bridge = bridges.get(vid);
    return {
      vid,
      mtu: mtu === 0 ? undefined : mtu,
      network: all[0]?.network.name,
      // A lease comes last, because MAAS drops it for an address of its family that comes after it.
      links: [...links.filter(({ mode }) => mode !== "dhcp"), ...leased],
      bridge: bridge && wantedBridge(bridge, mtu),
    };
  });
  const [native, ...vlans] = segments.sort((a, b) => a.vid - b.vid);
  if (native === undefined) throw new Error("an interface without its untagged part");
  return { native, vlans };
}

interface Carried {
  readonly entry: InterfaceNetwork;
  readonly network: NetworkSpec;
  readonly path: string;
}

function checkNetwork(network: NetworkSpec, link: LinkSpec, vid: number, path: string): void {
  if (vid === 0 && link.trunk && link.nativeNetwork !== network.name) {
    throw invalidField(
      `${path}.network.vlan`,
      `network ${network.name} has no VLAN id and is not the native network of trunk ${link.name}`,
      "give the network a VLAN id, or make it the link's default network",
    );
  }
  if (link.mtu !== 0 && network.mtu > link.mtu) {
    throw invalidField(
      `${path}.network.mtu`,
      `network ${network.name} has packets of ${network.mtu} bytes and link ${link.name} frames of ${link.mtu}`,
      "lower the network's mtu, or raise the link's",
    );
  }
}

function bridgesByVid(
  wanted: InterfaceSpec,
  carried: ReadonlyMap<number, readonly Carried[]>,
  path: string,
): Map<number, BridgeSpec> {
  const found = new Map<number, BridgeSpec>();
  wanted.bridges.forEach((bridge, index) => {
    const at = `${path}.bridges[${index}].network`;
    const vid = [...carried].find(([, all]) => all.some(({ network }) => network.name === bridge.network))?.[0];
    if (vid === undefined) {
      throw invalidField(
        at,
        `bridge ${bridge.name} is over network ${bridge.network}, which interface ${wanted.name} does not carry`,
        "name one of the interface's networks",
      );
    }
    const other = found.get(vid);
    if (other !== undefined) {
      throw invalidField(
        at,
        `the bridges ${other.name} and ${bridge.name} are over one VLAN of interface ${wanted.name}`,
        "keep one of them; it has the addresses of all networks of the VLAN",
      );
    }
    found.set(vid, bridge);
  });
  return found;
}

function wantedBridge(bridge: BridgeSpec, mtu: number): WantedBridge {
  return {
    name: bridge.name,
    parameters: {
      ...(bridge.type !== "" && { bridge_type: bridge.type }),
      bridge_stp: String(bridge.stp),
      ...(bridge.forwardDelay !== undefined && { bridge_fd: String(bridge.forwardDelay) }),
      ...(mtu !== 0 && { mtu: String(mtu) }),
    },
  };
}

/** The primary network gives the default gateway of its address family; one of the other family on its VLAN gives that one's. */
function isGateway({ network }: Carried, all: readonly Carried[], primary: string): boolean {
  if (network.name === primary) return true;
  const familyOf = ({ cidr }: NetworkSpec) => (cidr.includes(":") ? 6 : 4);
  const main = all.find((one) => one.network.name === primary)?.network;
  return main !== undefined && familyOf(main) !== familyOf(network);
}

/** "none" and "slaac" need nothing but an interface that is up; a static network without address gets one from MAAS. */
function linkOf({ entry, network, path }: Carried, isDefault: boolean): WantedLink[] {
  const { mode, address } = entry;
  if (mode !== "static" && mode !== "dhcp" && mode !== "auto") return [];
  if (network.cidr === "") {
    throw invalidField(
      `${path}.network.cidr`,
      `network ${network.name} has no CIDR, so nothing can have an address on it`,
    );
  }
  const isStatic = mode === "static" && address !== "";
  return [
    {
      mode: mode === "dhcp" ? "dhcp" : isStatic ? "static" : "auto",
      cidr: canonicalBlock(network.cidr),
      address: isStatic ? canonicalAddress(address) : "",
      network: network.name,
      gateway: isDefault && mode !== "dhcp" && network.gateway !== "" ? canonicalAddress(network.gateway) : undefined,
    },
  ];
}
