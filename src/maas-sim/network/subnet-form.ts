import type { Form } from "../http/form.ts";
import { vlanField } from "../lookup.ts";
import type { SimState, Subnet, Vlan } from "../state.ts";
import { type Block, contains, formatAddress, formatBlock, overlaps, parseAddress, parseBlock } from "./address.ts";
import { untaggedVlan } from "./topology.ts";

/** The parameters of a subnet. */
export const SUBNET_FIELDS = [
  "cidr",
  "name",
  "description",
  "vlan",
  "fabric",
  "vid",
  "gateway_ip",
  "dns_servers",
  "rdns_mode",
  "allow_dns",
  "allow_proxy",
  "active_discovery",
  "managed",
  "disabled_boot_architectures",
];

/** Checks the fields of a new or existing subnet and answers only what they change. Throws a 400. */
export function subnetChange(state: SimState, form: Form, subnet: Subnet | undefined): Partial<Subnet> {
  const block = cidrField(state, form, subnet);
  const vlan = placeFields(state, form, subnet);
  const name = form.text("name");
  if (name && !/^[.: \w/-]+$/.test(name)) form.fail("name", "Enter a valid value.");
  const rdnsMode = form.integer("rdns_mode", { min: 0, max: 2 });
  const flag = <K extends string>(field: string, key: K) => {
    const value = form.boolean(field);
    return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: boolean };
  };
  const change: Partial<Subnet> = {
    ...(form.has("cidr") && block !== undefined ? { cidr: formatBlock(block) } : {}),
    ...(name ? { name } : {}),
    ...(form.has("description") ? { description: form.text("description") ?? "" } : {}),
    ...(vlan === undefined ? {} : { vlanId: vlan.id }),
    ...(form.has("gateway_ip") ? { gatewayIp: addressField(form, "gateway_ip") } : {}),
    ...(form.has("dns_servers") ? { dnsServers: dnsField(form) } : {}),
    ...(rdnsMode === undefined ? {} : { rdnsMode }),
    ...flag("allow_dns", "allowDns"),
    ...flag("allow_proxy", "allowProxy"),
    ...flag("active_discovery", "activeDiscovery"),
    ...flag("managed", "managed"),
    ...(form.has("disabled_boot_architectures")
      ? { disabledBootArchitectures: splitList(form.list("disabled_boot_architectures")) }
      : {}),
  };
  checkGateway(form, block, (change.gatewayIp === undefined ? subnet?.gatewayIp : change.gatewayIp) ?? null);
  form.check();
  return change;
}

function cidrField(state: SimState, form: Form, subnet: Subnet | undefined): Block | undefined {
  if (!form.has("cidr") && subnet !== undefined) return parseBlock(subnet.cidr);
  const source = form.required("cidr");
  if (source === undefined) return undefined;
  const block = parseBlock(source);
  if (block === undefined) {
    form.fail("cidr", "Required format: <network>/<prefixlen>.");
    return undefined;
  }
  if (source.endsWith("/0")) form.fail("cidr", "Prefix length must be greater than 0.");
  const clash = [...state.subnets.values()].find((other) => {
    const taken = other === subnet ? undefined : parseBlock(other.cidr);
    return taken !== undefined && overlaps(taken, block);
  });
  if (clash?.cidr === formatBlock(block)) form.fail("cidr", "Subnet with this Cidr already exists.");
  if (clash !== undefined) {
    const message = `Subnet ${formatBlock(block)} would conflict with existing subnet: ${clash.cidr}.`;
    form.fail("cidr", message);
    form.fail("__all__", message);
  }
  return block;
}

/** `vlan`, or `fabric` and `vid`, or nothing: then a new subnet goes to the default fabric's untagged VLAN. */
function placeFields(state: SimState, form: Form, subnet: Subnet | undefined): Vlan | undefined {
  const byId = vlanField(state, form, "vlan");
  if (byId !== undefined) return byId;
  const fabricName = form.text("fabric");
  const vid = form.integer("vid", { min: 0, max: 4094 });
  if (!fabricName && vid === undefined) return subnet === undefined ? untaggedVlan(state, 0) : undefined;
  const fabric = [...state.fabrics.values()].find(
    ({ id, name }) => !fabricName || String(id) === fabricName || name === fabricName,
  );
  if (fabric === undefined) {
    form.fail("fabric", "Select a valid choice. That choice is not one of the available choices.");
    return undefined;
  }
  const vlan = [...state.vlans.values()].find((one) => one.fabricId === fabric.id && one.vid === (vid ?? 0));
  if (vlan === undefined) form.fail("vid", `No VLAN with vid ${vid} in fabric '${fabric.name}'.`);
  return vlan;
}

function addressField(form: Form, field: string): string | null {
  const source = form.text(field);
  if (!source) return null;
  const address = parseAddress(source);
  if (address === undefined) form.fail(field, "Enter a valid IPv4 or IPv6 address.");
  return address === undefined ? null : formatAddress(address);
}

function splitList(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(/[\s,]+/)).filter((value) => value !== "");
}

function dnsField(form: Form): string[] {
  return splitList(form.list("dns_servers")).map((source) => {
    const address = parseAddress(source);
    if (address === undefined)
      form.fail("dns_servers", `Invalid IP address: ${source}; provide a list of IP addresses.`);
    return address === undefined ? source : formatAddress(address);
  });
}

function checkGateway(form: Form, block: Block | undefined, gatewayIp: string | null): void {
  const gateway = gatewayIp === null ? undefined : parseAddress(gatewayIp);
  if (block === undefined || gateway === undefined) return;
  const linkLocal = gateway.family === 6 && gatewayIp?.startsWith("fe80:");
  if (!contains(block, gateway) && !linkLocal) form.fail("gateway_ip", "Gateway IP must be within CIDR range.");
}
