import type { Document } from "../../design/document.ts";
import type { Findings } from "./findings.ts";
import { choiceAt, customText, type Json, numberAt, objectAt, objectOf, tagsOf, textAt, urlOf } from "./json.ts";
import { addressOf, type Networks } from "./networks.ts";
import { type Placed, type Placing, placing } from "./placed.ts";

/** What nodes are made of beside their devices. */
export interface NodeParts {
  readonly interfaces: readonly Json[];
  readonly addresses: readonly Json[];
  readonly networks: Networks;
  readonly findings: Findings;
}

/** Statuses of devices that are there or will be. */
const PRESENT = new Set(["active", "planned", "staged", "failed"]);
/** Roles of addresses that belong to no machine alone, or are not its first. */
const SHARED = new Set(["secondary", "anycast", "vip", "vrrp", "hsrp", "glbp", "carp"]);
const LABEL = "bedplate_label_";

/** Reads devices as nodes, by the order of the devices. */
export function readNodes(devices: readonly Json[], parts: NodeParts): readonly Document[] {
  const interfacesOf = byDevice(parts.interfaces, (each) => objectAt(each, "device"));
  const addressesOf = byDevice(parts.addresses, (each) => objectAt(objectAt(each, "assigned_object"), "device"));
  return devices.flatMap((device) => {
    if (!PRESENT.has(choiceAt(device, "status") ?? "")) return [];
    const id = numberAt(device, "id");
    const name = parts.findings.nameOf(textAt(device, "name"), `device ${id ?? "?"}`, "Node", urlOf(device));
    if (name === undefined || id === undefined) return [];
    return [nodeOf(device, name, interfacesOf.get(id) ?? [], addressesOf.get(id) ?? [], parts)];
  });
}

function nodeOf(
  device: Json,
  name: string,
  interfaces: readonly Json[],
  addresses: readonly Json[],
  parts: NodeParts,
): Document {
  const { networks, findings } = parts;
  const place = placing(urlOf(device));
  const { value, record, list, document } = place;
  const rack = objectAt(device, "rack");
  const rackName =
    rack === undefined ? undefined : findings.nameOf(textAt(rack, "name"), "a rack", "Rack", urlOf(rack));
  const boot = bootInterface(interfaces);
  const oob = textAt(objectAt(device, "oob_ip"), "address");
  const oobAddress = addresses.find((each) => numberAt(each, "id") === numberAt(objectAt(device, "oob_ip"), "id"));
  const oobNetwork = oob === undefined ? undefined : networks.networkOf(oob, vrfOf(oobAddress))?.name;
  return document("Node", name, {
    description: value(textAt(device, "description")),
    host_profile: value(customText(device, "bedplate_host_profile")),
    hardware_profile: value(customText(device, "bedplate_hardware_profile")),
    boot_mac: value(boot === undefined ? undefined : macOf(boot), boot === undefined ? undefined : urlOf(boot)),
    oob: record({ network: value(oobNetwork) }),
    metadata: record({
      rack: value(rackName, rack === undefined ? undefined : urlOf(rack)),
      tags: list(tagsOf(device).map((tag) => value(tag))),
      owner_data: record(labelsOf(device, value)),
    }),
    addressing: list(addressing(device, name, addresses, parts, place)),
  });
}

/** The node's addresses, one for each network: the device's primary ones first, then by their ids. */
function addressing(
  device: Json,
  name: string,
  addresses: readonly Json[],
  { networks, findings }: NodeParts,
  { value, record }: Placing,
): readonly (Placed | undefined)[] {
  const primaries = new Set(
    ["primary_ip4", "primary_ip6", "oob_ip"].map((key) => numberAt(objectAt(device, key), "id")),
  );
  const inOrder = addresses.toSorted((a, b) => {
    const [first, second] = [primaries.has(numberAt(a, "id")), primaries.has(numberAt(b, "id"))];
    return first === second ? (numberAt(a, "id") ?? 0) - (numberAt(b, "id") ?? 0) : Number(second) - Number(first);
  });
  const taken = new Map<string, Placed | undefined>();
  for (const each of inOrder) {
    const status = choiceAt(each, "status") ?? "";
    const written = textAt(each, "address") ?? "";
    const address = addressOf(written)?.toString();
    if (status === "deprecated" || SHARED.has(choiceAt(each, "role") ?? "") || address === undefined) continue;
    const found = networks.networkOf(written, vrfOf(each));
    const [uri, item] = [urlOf(each), { kind: "Node", name }];
    if (found?.name === undefined) {
      const where = found === undefined ? "no prefix of the source" : `prefix ${found.prefix}, which has no name`;
      const hint = "give the prefix a VLAN, or the custom field bedplate_network";
      findings.add("netbox-address", uri, `address ${address} of ${name} lies in ${where}`, hint, item);
    } else if (taken.has(found.name)) {
      const message = `address ${address} is not the first of ${name} in network ${found.name}, and is left out`;
      findings.add("netbox-address", uri, message, "give it the role secondary, or remove it", item);
    } else {
      const said = status === "dhcp" || status === "slaac" ? status : address;
      taken.set(found.name, record({ network: value(found.name, uri), address: value(said, uri) }, uri));
    }
  }
  return [...taken.values()];
}

/** The device's role and its custom fields for selectors; without a value there is no label. */
function labelsOf(
  device: Json,
  value: (tree: string | undefined) => Placed | undefined,
): Readonly<Record<string, Placed | undefined>> {
  const labels: Record<string, Placed | undefined> = { netbox_role: value(textAt(objectAt(device, "role"), "slug")) };
  for (const [field, said] of Object.entries(objectAt(device, "custom_fields") ?? {})) {
    if (!field.startsWith(LABEL) || field.length === LABEL.length) continue;
    const text = typeof said === "number" || typeof said === "boolean" ? String(said) : textAt({ said }, "said");
    labels[field.slice(LABEL.length)] = value(text);
  }
  return labels;
}

/** The interface a machine boots from: the one tagged "pxe", or named so, or the only one that is neither for management nor without a MAC address. */
function bootInterface(interfaces: readonly Json[]): Json | undefined {
  const withMac = interfaces.filter((each) => each.enabled !== false && macOf(each) !== undefined);
  const tagged = withMac.find((each) => tagsOf(each).includes("pxe"));
  const named = withMac.find((each) => textAt(each, "name")?.toLowerCase() === "pxe");
  const others = withMac.filter((each) => each.mgmt_only !== true);
  return tagged ?? named ?? (others.length === 1 ? others[0] : undefined);
}

function macOf(each: Json): string | undefined {
  return (textAt(each, "mac_address") ?? textAt(objectAt(each, "primary_mac_address"), "mac_address"))?.toLowerCase();
}

function vrfOf(address: Json | undefined): number | undefined {
  return numberAt(objectAt(address, "vrf"), "id");
}

function byDevice(objects: readonly Json[], deviceOf: (each: Json) => Json | undefined): ReadonlyMap<number, Json[]> {
  const found = new Map<number, Json[]>();
  for (const each of objects) {
    const id = numberAt(objectOf(deviceOf(each)), "id");
    if (id === undefined) continue;
    const list = found.get(id);
    if (list === undefined) found.set(id, [each]);
    else list.push(each);
  }
  return found;
}
