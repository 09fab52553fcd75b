import type {
  AliasSpecSchema,
  BridgeSpecSchema,
  InterfaceNetworkSchema,
  InterfaceSpecSchema,
  OobSpecSchema,
  ServerIdentitySchema,
  ServerSpecSchema,
} from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { isTreeMap, type TreeMap } from "../../design/tree.ts";
import type { DesignView } from "../design-view.ts";
import { flagAt, mapAt, mapsAt, numberAt, textAt, textMapAt, textsAt } from "../read-tree.ts";
import { commissionSpec } from "./commission-spec.ts";
import type { Init } from "./init.ts";
import { linkSpec } from "./link-spec.ts";
import { type NetworkSpecInit, networkSpec } from "./network-spec.ts";
import { present } from "./present.ts";
import { specDigest } from "./spec-digest.ts";
import { storageSpec } from "./storage-spec.ts";

/** Words that stand in the place of an address, for how one is assigned. */
const ADDRESS_WORDS: ReadonlySet<string> = new Set(["dhcp", "slaac", "auto"]);

/** A machine as a driver gets it. */
export type ServerSpecInit = Init<typeof ServerSpecSchema>;

/** What the design knows a machine by. */
export type ServerIdentityInit = Init<typeof ServerIdentitySchema>;

/** A machine's specification before its secrets are put in, and where the one secret of the design comes from. */
export interface NodeSpec {
  readonly spec: ServerSpecInit;
  /** The BMC password as the design holds it, `{"ref": …}` or `{"literal": …}`; undefined when it names none. */
  readonly oobCredential: TreeMap | undefined;
}

/**
 * Builds the specifications of a design's nodes, digest included, without secrets and user data. Links and networks are
 * read once. The builder throws for a name the view doesn't hold.
 */
export function createServerSpecs(view: DesignView): (name: string) => NodeSpec {
  const links = new Map([...view.links].map(([name, link]) => [name, linkSpec(name, link)]));
  const networks = new Map(
    [...view.networks].map(([name, network]) => [name, networkSpec(name, network, view, false)]),
  );
  return (name) => {
    const node = view.nodes.get(name);
    if (node === undefined) throw new Error(`the design has no node ${JSON.stringify(name)}`);
    const hardware = view.hardwareProfiles.get(textAt(node, "hardware_profile")) ?? {};
    const platform = mapAt(node, "platform");
    const metadata = mapAt(node, "metadata");
    const oob = oobSpec(node, view);
    const credential = mapAt(node, "oob").credential;
    const storage = storageSpec(mapAt(node, "storage"));
    const provisioning = mapAt(node, "provisioning");
    const spec = present<ServerSpecInit>({
      identity: serverIdentity(name, node),
      fqdn: textAt(node, "fqdn"),
      architecture: textAt(hardware, "architecture"),
      oob,
      aliases: mapsAt(hardware, "device_aliases").map(aliasSpec),
      interfaces: mapsAt(node, "interfaces").map((nic) => interfaceSpec(nic, node, links, networks, view)),
      storage,
      image: textAt(platform, "image"),
      kernel: textAt(platform, "kernel"),
      kernelParams: textMapAt(platform, "kernel_params"),
      tags: [...textsAt(metadata, "tags")],
      ownerData: textMapAt(metadata, "owner_data"),
      primaryNetwork: textAt(node, "primary_network"),
      commission: commissionSpec(provisioning, hardware),
      erase: textAt(provisioning, "erase"),
    });
    if (typeof provisioning.lock === "boolean") spec.locked = provisioning.lock;
    spec.specDigest = specDigest(spec);
    return { spec, oobCredential: isTreeMap(credential) ? credential : undefined };
  };
}

/** What the design knows a machine by: its name, the MAC it boots from and the address of its BMC. */
export function serverIdentity(name: string, node: TreeMap): ServerIdentityInit {
  return present<ServerIdentityInit>({
    name,
    bootMac: textAt(node, "boot_mac").toLowerCase(),
    oobAddress: oobAddress(node),
  });
}

function oobAddress(node: TreeMap): string {
  const network = textAt(mapAt(node, "oob"), "network");
  return network === "" ? "" : literalAddress(addressOn(node, network));
}

function oobSpec(node: TreeMap, view: DesignView): Init<typeof OobSpecSchema> | undefined {
  const oob = mapAt(node, "oob");
  if (textAt(oob, "type") === "") return undefined;
  return present<Init<typeof OobSpecSchema>>({
    type: textAt(oob, "type"),
    address: oobAddress(node),
    account: textAt(oob, "account"),
    parameters: textMapAt(oob, "parameters"),
    driverOwnsPower: (textAt(view.site, "power_owner") || "server_driver") === "server_driver",
  });
}

function aliasSpec(alias: TreeMap): Init<typeof AliasSpecSchema> {
  return present<Init<typeof AliasSpecSchema>>({
    alias: textAt(alias, "alias"),
    busType: textAt(alias, "bus_type"),
    address: textAt(alias, "address"),
    devType: textAt(alias, "dev_type"),
    serial: textAt(alias, "serial"),
    wwn: textAt(alias, "wwn"),
    mac: textAt(alias, "mac"),
    minSize: textAt(alias, "min_size"),
  });
}

function interfaceSpec(
  nic: TreeMap,
  node: TreeMap,
  links: ReadonlyMap<string, ReturnType<typeof linkSpec>>,
  networks: ReadonlyMap<string, NetworkSpecInit>,
  view: DesignView,
): Init<typeof InterfaceSpecSchema> {
  return present<Init<typeof InterfaceSpecSchema>>({
    name: textAt(nic, "name"),
    link: links.get(textAt(nic, "device_link")),
    devices: [...textsAt(nic, "slaves")],
    networks: textsAt(nic, "networks").map((name) => {
      const entry = addressOn(node, name);
      const fallback = textAt(view.networks.get(name) ?? {}, "allocation") === "dhcp" ? "dhcp" : "none";
      return present<Init<typeof InterfaceNetworkSchema>>({
        network: networks.get(name),
        mode: ADDRESS_WORDS.has(entry) ? entry : entry === "" ? fallback : "static",
        address: literalAddress(entry),
      });
    }),
    bridges: mapsAt(nic, "bridges").map(bridgeSpec),
  });
}

function bridgeSpec(bridge: TreeMap): Init<typeof BridgeSpecSchema> {
  const forwardDelay = numberAt(bridge, "forward_delay");
  return {
    ...present<Init<typeof BridgeSpecSchema>>({
      name: textAt(bridge, "name"),
      network: textAt(bridge, "network"),
      type: textAt(bridge, "type"),
      stp: flagAt(bridge, "stp"),
    }),
    ...(forwardDelay !== undefined && { forwardDelay }),
  };
}

/** The node's entry for a network: an address, "dhcp", "slaac", or empty. */
function addressOn(node: TreeMap, network: string): string {
  const entry = mapsAt(node, "addressing").find((address) => textAt(address, "network") === network);
  return entry === undefined ? "" : textAt(entry, "address");
}

function literalAddress(entry: string): string {
  return ADDRESS_WORDS.has(entry) ? "" : entry;
}
