import type {
  NetboxWorld,
  WorldAddress,
  WorldDevice,
  WorldInterface,
  WorldNamed,
  WorldPrefix,
  WorldRack,
} from "./netbox-world.ts";

/** An object as the REST API of NetBox 4 gives it. */
export type ApiObject = Readonly<Record<string, unknown>> & { readonly id: number };

/** Lists of a NetBox 4 by their paths, as `{id, url, display_url, display, …}` with others as brief objects and choices with labels. */
export function apiLists(world: NetboxWorld, base: string): Readonly<Record<string, readonly ApiObject[]>> {
  const byId = <Each extends { readonly id: number }>(list: readonly Each[], id: number | undefined) =>
    list.find((each) => each.id === id);
  const head = (path: string, id: number, display: string) => ({
    ...{ id, url: `${base}/api/${path}/${id}/`, display_url: `${base}/${path}/${id}/`, display },
  });
  const brief = (path: string, id: number, display: string, more: object) => {
    const { display_url: _, ...rest } = head(path, id, display);
    return { ...rest, ...more, description: "" };
  };
  const tail = (each: {
    readonly description?: string;
    readonly tags?: readonly string[];
    readonly custom_fields?: object;
    readonly last_updated?: string;
  }) => ({
    description: each.description ?? "",
    comments: "",
    tags: (each.tags ?? []).map((slug, index) => ({
      ...brief("extras/tags", index + 1, slug, { name: slug, slug, color: "9e9e9e" }),
    })),
    custom_fields: each.custom_fields ?? {},
    created: "2026-11-01T08:00:00.000000Z",
    last_updated: each.last_updated ?? "2026-11-01T08:00:00.000000Z",
  });
  const named = (path: string, each: WorldNamed | undefined) =>
    each === undefined ? null : brief(path, each.id, each.name, { name: each.name, slug: each.slug });
  const briefRack = (rack: WorldRack | undefined) =>
    rack === undefined ? null : brief("dcim/racks", rack.id, rack.name, { name: rack.name });
  const briefDevice = (device: WorldDevice | undefined) =>
    device === undefined
      ? null
      : brief("dcim/devices", device.id, device.name ?? `Server (${device.id})`, { name: device.name });
  const briefInterface = (each: WorldInterface | undefined) =>
    each === undefined
      ? null
      : brief("dcim/interfaces", each.id, each.name, {
          ...{ device: briefDevice(byId(world.devices, each.device)), name: each.name, cable: null, _occupied: false },
        });
  const briefAddress = (each: WorldAddress | undefined) =>
    each === undefined
      ? null
      : brief("ipam/ip-addresses", each.id, each.address, { family: familyOf(each.address), address: each.address });
  const addressOf = (id: number | undefined) => briefAddress(byId(world.addresses, id));
  const vlanOf = (id: number | undefined) => {
    const vlan = byId(world.vlans, id);
    if (vlan === undefined) return null;
    const { vid, name, description = "" } = vlan;
    return { ...brief("ipam/vlans", vlan.id, `${name} (${vid})`, { vid, name }), description };
  };
  return {
    "dcim/sites": world.sites.map((site) => ({
      ...head("dcim/sites", site.id, site.name),
      name: site.name,
      slug: site.slug,
      status: choice("active"),
      ...tail(site),
    })),
    "dcim/racks": world.racks.map((rack) => ({
      ...head("dcim/racks", rack.id, rack.name),
      ...{
        name: rack.name,
        facility_id: rack.facility_id ?? null,
        site: named("dcim/sites", byId(world.sites, rack.site)),
      },
      ...{ location: null, tenant: null, status: choice("active"), role: null, u_height: 42, ...tail(rack) },
    })),
    "dcim/devices": world.devices.map((device) => ({
      ...head("dcim/devices", device.id, device.name ?? `Server (${device.id})`),
      ...{
        name: device.name,
        role: named("dcim/device-roles", byId(world.roles, device.role)),
        tenant: null,
        platform: null,
      },
      ...{ serial: "", asset_tag: null, site: named("dcim/sites", byId(world.sites, device.site)), location: null },
      ...{
        rack: briefRack(byId(world.racks, device.rack)),
        position: 1.0,
        face: choice("front"),
        status: choice(device.status),
      },
      ...{ primary_ip: addressOf(device.primary_ip4), primary_ip4: addressOf(device.primary_ip4), primary_ip6: null },
      ...{ oob_ip: addressOf(device.oob_ip), cluster: null, config_context: { heavy: true }, ...tail(device) },
    })),
    "dcim/interfaces": world.interfaces.map((each) => ({
      ...head("dcim/interfaces", each.id, each.name),
      ...{ device: briefDevice(byId(world.devices, each.device)), vdcs: [], module: null, name: each.name, label: "" },
      ...{ type: choice("1000base-t"), enabled: true, parent: null, bridge: null, lag: null, mtu: null },
      ...{
        mac_address: each.mac_address ?? null,
        primary_mac_address: macOf(each),
        mgmt_only: each.mgmt_only ?? false,
      },
      ...{ mode: null, untagged_vlan: null, tagged_vlans: [], vrf: null, ...tail(each) },
    })),
    "ipam/vlans": world.vlans.map((vlan) => ({
      ...head("ipam/vlans", vlan.id, `${vlan.name} (${vlan.vid})`),
      ...{ site: null, group: null, vid: vlan.vid, name: vlan.name, status: choice("active"), ...tail(vlan) },
    })),
    "ipam/prefixes": world.prefixes.map((each) => ({
      ...head("ipam/prefixes", each.id, each.prefix),
      ...{
        family: familyOf(each.prefix),
        prefix: each.prefix,
        vrf: null,
        vlan: vlanOf(each.vlan),
        status: choice(each.status),
      },
      ...{ scope_type: each.site === undefined ? null : "dcim.site", scope_id: each.site ?? null },
      ...{ scope: named("dcim/sites", byId(world.sites, each.site)), role: null, is_pool: false, ...tail(each) },
      ...{ children: 0, _depth: 0 },
    })),
    "ipam/ip-addresses": world.addresses.map((each) => ({
      ...head("ipam/ip-addresses", each.id, each.address),
      ...{
        family: familyOf(each.address),
        address: each.address,
        vrf: null,
        tenant: null,
        status: choice(each.status),
      },
      ...{ role: each.role === undefined ? null : choice(each.role), nat_inside: null, nat_outside: [], dns_name: "" },
      assigned_object_type: each.interface === undefined ? null : "dcim.interface",
      assigned_object_id: each.interface ?? null,
      assigned_object: briefInterface(byId(world.interfaces, each.interface)),
      ...tail(each),
    })),
  };

  function macOf({ id, mac_address: mac }: WorldInterface) {
    return mac === undefined ? null : brief("dcim/mac-addresses", id, mac, { mac_address: mac });
  }
}

/** Slugs by which a list may be filtered, of the site and role its objects belong to. */
export function siteOf(world: NetboxWorld, path: string, id: number): string | undefined {
  const siteOfDevice = (device: number) => world.devices.find((each) => each.id === device)?.site;
  const sites: Readonly<Record<string, number | undefined>> = {
    "dcim/racks": world.racks.find((each) => each.id === id)?.site,
    "dcim/devices": siteOfDevice(id),
    "dcim/interfaces": siteOfDevice(world.interfaces.find((each) => each.id === id)?.device ?? 0),
    "ipam/prefixes": (world.prefixes.find((each) => each.id === id) as WorldPrefix | undefined)?.site,
  };
  return world.sites.find((site) => site.id === sites[path])?.slug;
}

function choice(value: string): { readonly value: string; readonly label: string } {
  return { value, label: value.charAt(0).toUpperCase() + value.slice(1) };
}

function familyOf(address: string): { readonly value: number; readonly label: string } {
  return address.includes(":") ? { value: 6, label: "IPv6" } : { value: 4, label: "IPv4" };
}
