import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { member } from "../field.ts";
import type { Machine } from "../server/machine.ts";
import { readNetworks } from "../site/read-networks.ts";
import { bindNics } from "./bind-nics.ts";
import { readNicPlaces } from "./nic-places.ts";
import { planInterfaces } from "./plan-interfaces.ts";
import { type WantedInterface, type WantedSegment, wantedInterfaces } from "./wanted-interfaces.ts";

/** Compares a machine's interfaces with a specification. Pure, once made: what surrounds the machine was read before. */
export type NetworkPlanner = (machine: Machine) => Action[];

/**
 * Reads the networks of the MAAS and where the machine's NICs sit. Fails when an alias fits no NIC or several, and for
 * interfaces that cannot be.
 */
export async function networkPlanner(client: MaasClient, spec: ServerSpec, first: Machine): Promise<NetworkPlanner> {
  const wanted = wantedInterfaces(spec);
  if (wanted.length === 0) return () => [];
  const [networks, places] = await Promise.all([readNetworks(client), readNicPlaces(client, spec, first)]);
  return (machine) => planInterfaces({ machine, networks, bound: bindNics(spec, machine, places) }, wanted);
}

/** The interfaces a machine is to get, as far as the specification alone tells: for one that is not inventoried yet. */
export function announceInterfaces(spec: ServerSpec): Action[] {
  return wantedInterfaces(spec).flatMap((wanted) => {
    const { name, bond, devices, fabric, native, vlans } = wanted;
    const field = member("interfaces", name);
    return [
      {
        object: `interface ${name}`,
        field,
        action: bond === undefined ? "update" : "create",
        before: "",
        after: `${bond === undefined ? "" : "bond of "}${devices.join(", ")} on ${fabric}/0${addresses(native)}`,
      },
      ...announceBridge(wanted, native, name),
      ...vlans.flatMap((segment) => [
        {
          object: `interface ${name}.${segment.vid}`,
          field: field + (segment.network === undefined ? "" : `.${member("networks", segment.network)}`),
          action: "create",
          before: "",
          after: `vlan ${fabric}/${segment.vid} on ${name}${addresses(segment)}`,
        },
        ...announceBridge(wanted, segment, `${name}.${segment.vid}`),
      ]),
    ];
  });
}

function announceBridge({ name }: WantedInterface, { bridge, links }: WantedSegment, below: string): Action[] {
  if (bridge === undefined) return [];
  return [
    {
      object: `interface ${bridge.name}`,
      field: `${member("interfaces", name)}.${member("bridges", bridge.name)}`,
      action: "create",
      before: "",
      after: `bridge over ${below}${listLinks(links)}`,
    },
  ];
}

/** The addresses of a segment itself; a bridge over it has them in its place. */
function addresses({ bridge, links }: WantedSegment): string {
  return bridge === undefined ? listLinks(links) : "";
}

function listLinks(links: WantedSegment["links"]): string {
  return links.map(({ mode, address, cidr }) => `, ${mode} ${address || cidr}`).join("");
}
