import { notFound } from "../http/api-error.ts";
import { type Form, notAValid } from "../http/form.ts";
import { findSubnet } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { SimState, Subnet } from "../state.ts";
import { contains, formatAddress, hostBounds, parseAddress, parseBlock } from "./address.ts";
import { dynamicRangeAt, nextFreeAddress } from "./allocation.ts";
import type { Interface, LinkMode } from "./interface.ts";
import { childrenOf } from "./interface-tree.ts";
import { addLink, removeLinks } from "./link.ts";
import { beforeOf, saveInterface } from "./save-interface.ts";

/** The parameters of `op=link_subnet`. */
export const LINK_FIELDS = ["mode", "subnet", "ip_address", "force", "default_gateway"];

const MODES: readonly LinkMode[] = ["auto", "dhcp", "static", "link_up"];

/**
 * Links an interface to a subnet. Not idempotent: every call adds a link. Throws a 400 for a bad form, and a 404 for
 * an address already in use, even by this very interface.
 */
export function linkSubnet(state: SimState, machine: Machine, nic: Interface, form: Form): void {
  const mode = modeField(form);
  const force = form.boolean("force") ?? false;
  const subnet = subnetField(state, nic, form, mode, force);
  const asGateway = form.boolean("default_gateway") ?? false;
  if (mode === "link_up" && !force && nic.links.some((link) => link.mode !== "link_up")) {
    form.fail(
      "mode",
      "Cannot configure interface to link up (with no IP address) while other links are already configured. " +
        "Specify force=True to override this behavior and delete all links.",
    );
  }
  const leased = nic.links.find((link) => link.mode === "dhcp");
  if (mode === "dhcp" && leased !== undefined) {
    const from = state.subnets.get(leased.subnetId ?? -1)?.cidr;
    form.fail("mode", `Interface is already set to DHCP${from === undefined ? "" : ` from '${from}'`}.`);
  }
  for (const child of childrenOf(machine, nic)) {
    if (child.type !== "bond") continue;
    form.fail("bond", `Cannot link interface(${nic.name}) when interface is in a bond(${child.name}).`);
  }
  if (asGateway && mode !== undefined) checkGateway(form, mode, subnet);
  const ip = mode === "static" && subnet !== undefined ? addressField(state, form, subnet) : null;
  form.check();
  if (mode === undefined) return;
  if (ip !== null && state.addresses.has(ip)) throw notFound("IP address is already in use.");
  const fixed = mode === "static" && subnet !== undefined ? (ip ?? nextFreeAddress(state, subnet)) : null;
  if (mode === "link_up" || force) removeLinks(state, machine, nic, () => true);
  const link = addLink(state, nic, mode, subnet ?? null, fixed);
  if (subnet !== undefined) nic.vlanId = subnet.vlanId;
  if (asGateway) setGateway(machine, link.id, subnet);
  // These two save the interface, and so what stands on it: a bridge takes the links of what it stands on away.
  if (mode === "static" || mode === "link_up") saveInterface(state, machine, nic, beforeOf(nic));
}

function modeField(form: Form): LinkMode | undefined {
  const source = form.required("mode");
  const mode = MODES.find((candidate) => candidate === source?.toLowerCase());
  if (source !== undefined && mode === undefined) {
    form.fail("mode", notAValid("mode", MODES)(source));
  }
  return mode;
}

/** The subnet must be on the interface's VLAN, unless `force` moves the interface there. */
function subnetField(
  state: SimState,
  nic: Interface,
  form: Form,
  mode: LinkMode | undefined,
  force: boolean,
): Subnet | undefined {
  const source = form.text("subnet");
  if (!source) {
    if (mode === "auto" || mode === "static") form.fail("subnet", "This field is required.");
    return undefined;
  }
  const subnet = findSubnet(state, source);
  if (subnet !== undefined && (force || nic.vlanId === null || subnet.vlanId === nic.vlanId)) return subnet;
  form.fail("subnet", `None found with ${subnet === undefined ? source : `id=${subnet.id}`}.`);
  form.fail("subnet", "The subnet must be on the VLAN of the interface.");
  return undefined;
}

function checkGateway(form: Form, mode: LinkMode, subnet: Subnet | undefined): void {
  if (mode !== "auto" && mode !== "static") form.fail("default_gateway", `Cannot use in mode '${mode.toUpperCase()}'.`);
  else if (subnet !== undefined && subnet.gatewayIp === null) {
    form.fail(
      "default_gateway",
      `Cannot set as default gateway because subnet ${subnet.name} (${subnet.cidr}) doesn't provide a gateway IP address.`,
    );
  }
}

function addressField(state: SimState, form: Form, subnet: Subnet): string | null {
  const source = form.text("ip_address");
  if (!source) return null;
  const address = parseAddress(source);
  const block = parseBlock(subnet.cidr);
  if (address === undefined) form.fail("ip_address", "Enter a valid IPv4 or IPv6 address.");
  else if (block !== undefined && !contains(block, address)) {
    form.fail("ip_address", `IP address is not in the given subnet '${subnet.cidr}'.`);
  } else if (
    block !== undefined &&
    (address.value < hostBounds(block).first || address.value > hostBounds(block).last)
  ) {
    form.fail("ip_address", `IP address is not a host address of the subnet '${subnet.cidr}'.`);
  } else {
    const range = dynamicRangeAt(state, subnet, source);
    if (range !== undefined) {
      form.fail("ip_address", `IP address is inside a dynamic range ${range.startIp} to ${range.endIp}.`);
    }
  }
  return address === undefined ? null : formatAddress(address);
}

/** Makes a link the machine's default gateway of its subnet's address family. */
export function setGateway(machine: Machine, linkId: number, subnet: Subnet | undefined): void {
  const family = subnet === undefined ? 4 : (parseBlock(subnet.cidr)?.family ?? 4);
  if (family === 4) machine.gatewayLink4 = linkId;
  else machine.gatewayLink6 = linkId;
}
