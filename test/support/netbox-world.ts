/** What every object of a NetBox has, of whatever sort. Others are named by their ids. */
interface WorldObject {
  readonly id: number;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly custom_fields?: Readonly<Record<string, unknown>>;
  readonly last_updated?: string;
}

/** A site, role or tag. */
export interface WorldNamed extends WorldObject {
  readonly slug: string;
  readonly name: string;
}

/** A rack. */
export interface WorldRack extends WorldObject {
  readonly name: string;
  readonly site: number;
  readonly facility_id?: string;
}

/** A device. */
export interface WorldDevice extends WorldObject {
  readonly name: string | null;
  readonly role: number;
  readonly site: number;
  readonly status: string;
  readonly rack?: number;
  readonly primary_ip4?: number;
  readonly oob_ip?: number;
}

/** An interface of a device. */
export interface WorldInterface extends WorldObject {
  readonly device: number;
  readonly name: string;
  readonly mac_address?: string;
  readonly mgmt_only?: boolean;
}

/** A VLAN. */
export interface WorldVlan extends WorldObject {
  readonly vid: number;
  readonly name: string;
}

/** A prefix. */
export interface WorldPrefix extends WorldObject {
  readonly prefix: string;
  readonly status: string;
  readonly site?: number;
  readonly vlan?: number;
}

/** An address, perhaps of an interface. */
export interface WorldAddress extends WorldObject {
  readonly address: string;
  readonly status: string;
  readonly interface?: number;
  readonly role?: string;
}

/** Everything a NetBox holds. */
export interface NetboxWorld {
  sites: readonly WorldNamed[];
  roles: readonly WorldNamed[];
  racks: readonly WorldRack[];
  devices: readonly WorldDevice[];
  interfaces: readonly WorldInterface[];
  vlans: readonly WorldVlan[];
  prefixes: readonly WorldPrefix[];
  addresses: readonly WorldAddress[];
}

/** A site "lab" with two racks and as many servers as told, each with a management and a boot interface, beside a switch and another site. */
export function labWorld(servers: number): NetboxWorld {
  const indexes = Array.from({ length: servers }, (_, index) => index);
  return {
    sites: [
      { id: 1, slug: "lab", name: "Lab" },
      { id: 2, slug: "elsewhere", name: "Elsewhere" },
    ],
    roles: [
      { id: 1, slug: "server", name: "Server" },
      { id: 2, slug: "switch", name: "Switch" },
    ],
    racks: [
      { id: 1, name: "r01", site: 1, facility_id: "A-17" },
      { id: 2, name: "r02", site: 1 },
      { id: 3, name: "far", site: 2 },
    ],
    vlans: [
      { id: 1, vid: 101, name: "storage", description: "Storage" },
      { id: 2, vid: 102, name: "oob" },
    ],
    prefixes: [
      { id: 1, prefix: "10.0.0.0/8", status: "container", site: 1 },
      { id: 2, prefix: "10.0.0.0/16", status: "active", site: 1, custom_fields: { bedplate_network: "mgmt" } },
      { id: 3, prefix: "10.9.0.0/16", status: "active", site: 1, vlan: 2 },
      { id: 4, prefix: "10.1.0.0/16", status: "active", site: 2 },
    ],
    devices: [
      { id: 1, name: "sw01", role: 2, site: 1, status: "active", rack: 1 },
      { id: 2, name: "far01", role: 1, site: 2, status: "active", rack: 3 },
      ...indexes.map((index) => ({
        ...{ id: 100 + index, name: `n${String(index).padStart(3, "0")}`, role: 1, site: 1, status: "active" },
        ...{ rack: 1 + (index % 2), primary_ip4: 1000 + index, oob_ip: 5000 + index, tags: ["compute"] },
        custom_fields: { bedplate_host_profile: "base", bedplate_label_team: "ai", unrelated: 7 },
      })),
    ],
    interfaces: indexes.flatMap((index) => [
      { id: 1000 + index, device: 100 + index, name: "eno1", mac_address: `52:54:00:00:00:${hex(index)}` },
      {
        id: 5000 + index,
        device: 100 + index,
        name: "bmc",
        mac_address: `52:54:00:01:00:${hex(index)}`,
        mgmt_only: true,
      },
    ]),
    addresses: indexes.flatMap((index) => [
      { id: 1000 + index, address: `10.0.0.${index + 10}/16`, status: "active", interface: 1000 + index },
      { id: 5000 + index, address: `10.9.0.${index + 10}/16`, status: "active", interface: 5000 + index },
    ]),
  };
}

function hex(index: number): string {
  return index.toString(16).toUpperCase().padStart(2, "0");
}
