import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { member } from "../field.ts";
import type { Link, Nic } from "../server/machine.ts";
import { type Subnet, type Vlan, vlanById, vlanLabel } from "../site/read-networks.ts";
import type { NetworkView } from "./interface-tree.ts";
import type { WantedLink } from "./wanted-interfaces.ts";

/** An interface that is to have links: the one that is there, if any, and how it is called. */
export interface LinkHolder {
  readonly nic: Nic | undefined;
  readonly label: string;
  /** Path of the interface in the specification. */
  readonly field: string;
  readonly links: readonly WantedLink[];
  /** Whether the interface is on the VLAN its links need. */
  readonly isPlaced: boolean;
  /** That VLAN; undefined when MAAS has none, or when there are no links. */
  readonly vlan: Vlan | undefined;
}

/**
 * The links of interfaces; `slaves` are under a bond or bridge and have none. Linking is not idempotent in MAAS, so what is there is
 * matched first; surplus links go before missing ones come, since they may hold an address that is wanted elsewhere.
 */
export function planLinks(view: NetworkView, holders: readonly LinkHolder[], slaves: readonly LinkHolder[]): Action[] {
  const matched = holders.map((holder) => ({ holder, ...match(view, holder) }));
  const stray = slaves.map((holder) => ({ holder, ...match(view, holder) }));
  const unlinks = [...stray, ...matched].flatMap(({ holder, surplus }) =>
    surplus.map((link) => unlink(view, holder, link)),
  );
  const links = matched.flatMap(({ holder, missing }) => missing.map((wanted) => link(view, holder, wanted)));
  // One that is to be moved or enabled gets its link by that, or is seen to lack it afterwards.
  const idle = matched.filter(
    ({ holder: { nic, links, isPlaced } }) => isPlaced && nic?.enabled && nic.links.length === 0 && links.length === 0,
  );
  const ups = idle.map(({ holder }) => bringUp(view, holder));
  // Where two interfaces carry the primary network, either link will do.
  const fitting = ({ gateway }: WantedLink) =>
    matched.flatMap(({ found }) => found.filter(([other]) => other.gateway === gateway).map(([, { id }]) => id));
  const gateways = matched.flatMap(({ holder, found }) =>
    found.flatMap(([wanted, present]) => planGateway(view, holder, wanted, present, fitting(wanted))),
  );
  return [...unlinks, ...links, ...ups, ...gateways];
}

interface Match {
  readonly found: readonly (readonly [WantedLink, Link])[];
  readonly missing: readonly WantedLink[];
  readonly surplus: readonly Link[];
}

function match({ networks }: NetworkView, { nic, links }: Pick<LinkHolder, "nic" | "links">): Match {
  const left = [...(nic?.links ?? [])];
  const found: [WantedLink, Link][] = [];
  const missing: WantedLink[] = [];
  for (const wanted of links) {
    const subnet = networks.subnets.find(({ cidr }) => cidr === wanted.cidr);
    const at = left.findIndex(
      (link) =>
        link.mode === wanted.mode &&
        subnet?.id === link.subnetId &&
        (wanted.mode !== "static" || link.address === wanted.address),
    );
    const [link] = at < 0 ? [] : left.splice(at, 1);
    if (link === undefined) missing.push(wanted);
    else found.push([wanted, link]);
  }
  // A bare link_up stays while nothing else does its work; a real link usually takes its place by itself.
  const isPlaceholder = (link: Link) => link.mode === "link_up" && (links.length === 0 || missing.length > 0);
  return { found, missing, surplus: left.filter((link) => !isPlaceholder(link)) };
}

function unlink(view: NetworkView, holder: LinkHolder, surplus: Link): Action {
  return {
    object: `interface ${holder.nic?.name ?? holder.label}`,
    field: holder.field,
    action: "unlink",
    before: linkLabel(surplus.mode, surplus.cidr, surplus.address),
    after: "",
    undoes: surplus.mode === "static",
    // An interface that is still to be moved loses its links by that.
    ...(holder.isPlaced && { request: operation(view, holder, "unlink_subnet", [["id", String(surplus.id)]]) }),
  };
}

function link(view: NetworkView, holder: LinkHolder, wanted: WantedLink): Action {
  const subnet: Subnet | undefined = view.networks.subnets.find(({ cidr }) => cidr === wanted.cidr);
  const form: FormField[] = [
    ["mode", wanted.mode.toUpperCase()],
    ["subnet", String(subnet?.id ?? "")],
  ];
  if (wanted.mode === "static") form.push(["ip_address", wanted.address]);
  if (wanted.gateway !== undefined) form.push(["default_gateway", "true"]);
  const gateway = wanted.gateway === undefined ? "" : `, default gateway ${wanted.gateway}`;
  const blocked = faultOf(view, holder, wanted, subnet);
  const isReady = blocked === undefined && holder.nic !== undefined && holder.isPlaced;
  return {
    object: `interface ${holder.label}`,
    field: linkField(holder, wanted),
    action: "link",
    before: "",
    after: `${linkLabel(wanted.mode, wanted.cidr, wanted.address)} (${wanted.network})${gateway}`,
    ...(blocked !== undefined && { blocked }),
    ...(isReady && { request: operation(view, holder, "link_subnet", form) }),
  };
}

/** Why MAAS would refuse a link. */
function faultOf(
  { networks }: NetworkView,
  { label, vlan }: LinkHolder,
  wanted: WantedLink,
  subnet: Subnet | undefined,
): string | undefined {
  const { cidr, gateway } = wanted;
  if (subnet === undefined) return `MAAS has no subnet ${cidr} for interface ${label}`;
  if (vlan !== undefined && subnet.vlanId !== vlan.id) {
    const there = vlanLabel(vlanById(networks, subnet.vlanId));
    return `MAAS has subnet ${cidr} on vlan ${there}, and interface ${label} is to be on ${vlanLabel(vlan)}`;
  }
  if (gateway !== undefined && subnet.gateway !== gateway) {
    return `MAAS has ${subnet.gateway || "no gateway"} as gateway of subnet ${cidr}, and the default gateway of interface ${label} is to be ${gateway}`;
  }
  return undefined;
}

function linkField({ field }: LinkHolder, { network, mode }: WantedLink): string {
  return `${field}.${member("networks", network)}.${mode === "static" ? "address" : "mode"}`;
}

function bringUp(view: NetworkView, holder: LinkHolder): Action {
  return {
    object: `interface ${holder.label}`,
    field: holder.field,
    action: "link",
    before: "",
    after: "up without address",
    request: operation(view, holder, "link_subnet", [["mode", "LINK_UP"]]),
  };
}

function planGateway(
  view: NetworkView,
  holder: LinkHolder,
  wanted: WantedLink,
  present: Link,
  fitting: readonly number[],
): Action[] {
  if (wanted.gateway === undefined) return [];
  const set = view.machine.gateways.find((gateway) => gateway.address === wanted.gateway);
  if (set !== undefined && (fitting.includes(set.linkId) || set.linkId === 0)) return [];
  const subnet = view.networks.subnets.find(({ cidr }) => cidr === wanted.cidr);
  const blocked = faultOf(view, holder, wanted, subnet);
  return [
    {
      object: `interface ${holder.label}`,
      field: `${holder.field}.${member("networks", wanted.network)}.network.gateway`,
      action: "update",
      before: `default gateway ${
        view.machine.gateways
          .map(({ address }) => address)
          .filter(Boolean)
          .join(", ") || "-"
      }`,
      after: `default gateway ${wanted.gateway}`,
      ...(blocked === undefined
        ? { request: operation(view, holder, "set_default_gateway", [["link_id", String(present.id)]]) }
        : { blocked }),
    },
  ];
}

function operation(view: NetworkView, holder: LinkHolder, op: string, form: readonly FormField[]) {
  return {
    method: "POST" as const,
    path: `nodes/${view.machine.systemId}/interfaces/${holder.nic?.id ?? 0}/`,
    op,
    form,
  };
}

function linkLabel(mode: string, cidr: string, address: string): string {
  if (mode === "link_up") return "up without address";
  return [mode, address === "" ? cidr : `${address} in ${cidr}`].filter(Boolean).join(" ");
}
