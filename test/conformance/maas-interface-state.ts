import type { BridgeSpec, InterfaceSpec, ServerSpec } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { NetworkSpec } from "../../gen/bedplate/driver/v1/site_spec_pb.js";
import { inside } from "./maas-reader.ts";
import { at } from "./maas-specs.ts";

/** A machine's interfaces as MAAS shows them, and how to find those of a specification among them. */
export interface InterfaceState {
  readonly all: readonly unknown[];
  /** The name of the NIC a device of the specification means, by its PCI or MAC address. */
  deviceName(device: string): string;
  /** What carries the untagged frames of an interface: a bond, or a NIC. */
  base(wanted: InterfaceSpec): unknown;
  /** What carries the frames of a network of it: the base, or a VLAN interface. */
  carrier(wanted: InterfaceSpec, network: NetworkSpec): unknown;
  /** What has the address on a network of it: the bridge over it, else its carrier. */
  holder(wanted: InterfaceSpec, network: NetworkSpec): unknown;
}

/** Finds interfaces by what a specification says. `devices` is `nodes/{id}/devices/`. */
export function interfaceState(spec: ServerSpec, all: readonly unknown[], devices: readonly unknown[]): InterfaceState {
  const named = (name: string) => all.find((nic) => at(nic, "name") === name);
  const deviceName = (device: string): string => {
    const address = spec.aliases.find(({ alias }) => alias === device)?.address;
    const found = devices.find((each) => at(each, "pci_address") === address);
    const id = inside(found, "physical_interface", "id");
    return String(
      at(
        all.find((nic) => at(nic, "id") === id),
        "name",
      ),
    );
  };
  const base = (wanted: InterfaceSpec): unknown => {
    if (isBond(wanted)) return named(wanted.name);
    return named(deviceName(wanted.devices[0] ?? ""));
  };
  const carrier = (wanted: InterfaceSpec, network: NetworkSpec): unknown => {
    const vid = tagOf(wanted, network);
    return vid === 0 ? base(wanted) : named(`${String(at(base(wanted), "name"))}.${vid}`);
  };
  return {
    all,
    deviceName,
    base,
    carrier,
    holder(wanted, network) {
      const bridge = bridgeOver(wanted, network);
      return bridge === undefined ? carrier(wanted, network) : named(bridge.name);
    },
  };
}

/** Whether an interface bonds its devices. */
export function isBond({ link }: InterfaceSpec): boolean {
  return link !== undefined && link.bondMode !== "" && link.bondMode !== "disabled";
}

/** The tag a network has on an interface, 0 for none. */
export function tagOf({ link }: InterfaceSpec, { name, vlan }: NetworkSpec): number {
  return link?.trunk === true && link.nativeNetwork !== name ? vlan : 0;
}

/** The bridge over the VLAN of a network. */
export function bridgeOver(wanted: InterfaceSpec, network: NetworkSpec): BridgeSpec | undefined {
  const beside = wanted.networks.flatMap((carried) => carried.network ?? []);
  const same = beside.filter((other) => tagOf(wanted, other) === tagOf(wanted, network)).map(({ name }) => name);
  return wanted.bridges.find((bridge) => same.includes(bridge.network));
}

/** The links of an interface, with what tells them apart, in the order of their texts. */
export function linksOf(nic: unknown): string[] {
  const links = at(nic, "links");
  if (!Array.isArray(links)) return ["no links"];
  return links
    .map((link) =>
      [at(link, "mode"), inside(link, "subnet", "cidr"), at(link, "ip_address")]
        .filter((part) => part !== undefined)
        .join(" "),
    )
    .sort();
}

/** The links the networks of an interface ask of what holds one of them. */
export function wantedLinks(wanted: InterfaceSpec, vid: number): string[] {
  const links = wanted.networks.flatMap(({ network, mode, address }): string[] => {
    if (network === undefined || tagOf(wanted, network) !== vid) return [];
    if (mode === "none" || mode === "slaac") return [];
    return [`${mode} ${network.cidr}${mode === "static" ? ` ${address}` : ""}`];
  });
  return links.length === 0 ? ["link_up"] : links.sort();
}
