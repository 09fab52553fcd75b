/** How a link gets its address. */
export type LinkMode = "auto" | "dhcp" | "static" | "link_up";

/** The configuration of one address of an interface. */
export interface Link {
  readonly id: number;
  readonly mode: LinkMode;
  readonly subnetId: number | null;
  /** Absent for link_up, and for auto until the machine is deployed. */
  ip: string | null;
}

/** The kinds of interface the simulator builds. */
export type InterfaceType = "physical" | "bond" | "vlan" | "bridge";

/** Parameters such as `mtu` and the bond's own, as the API shows them. */
export type InterfaceParams = Readonly<Record<string, string | number | boolean>>;

/** An interface of a machine. */
export interface Interface {
  readonly id: number;
  readonly type: InterfaceType;
  name: string;
  mac: string;
  /** A NIC that is not enabled has no links. */
  enabled: boolean;
  vlanId: number | null;
  links: Link[];
  parentIds: readonly number[];
  params: InterfaceParams;
  tags: readonly string[];
  vendor: string | null;
  product: string | null;
  firmware: string | null;
  speedMbps: number;
  numaNode: number | null;
  /** False when commissioning found no carrier. */
  linkConnected: boolean;
}
