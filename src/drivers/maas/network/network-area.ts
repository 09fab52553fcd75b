import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { member } from "../field.ts";
import { readPciDevices } from "../hardware/pci-devices.ts";
import type { Machine } from "../server/machine.ts";
import { readNetworks } from "../site/read-networks.ts";
import { bindNics } from "./bind-nics.ts";
import { planInterfaces } from "./plan-interfaces.ts";
import { type WantedInterface, wantedInterfaces } from "./wanted-interfaces.ts";

/** Compares a machine's interfaces with a specification. Pure, once made: what surrounds the machine was read before. */
export type NetworkPlanner = (machine: Machine) => Action[];

/**
 * Reads the networks of the MAAS and where the machine's NICs sit. Fails when an alias fits no NIC or several, and for
 * interfaces that cannot be.
 */
export async function networkPlanner(client: MaasClient, spec: ServerSpec, first: Machine): Promise<NetworkPlanner> {
  const wanted = wantedInterfaces(spec);
  if (wanted.length === 0) return () => [];
  const [networks, devices] = await Promise.all([readNetworks(client), readPciDevices(client, first.systemId)]);
  return (machine) => planInterfaces({ machine, networks, bound: bindNics(spec, machine, devices) }, wanted);
}

/** The interfaces a machine is to get, as far as the specification alone tells: for one that is not inventoried yet. */
export function announceInterfaces(spec: ServerSpec): Action[] {
  return wantedInterfaces(spec).flatMap((wanted) => [
    {
      object: `interface ${wanted.name}`,
      field: member("interfaces", wanted.name),
      action: wanted.bond === undefined ? "update" : "create",
      before: "",
      after: `${wanted.bond === undefined ? "" : "bond of "}${wanted.devices.join(", ")} on ${wanted.fabric}/0${addresses(wanted.links)}`,
    },
    ...wanted.vlans.map(({ vid, links }) => ({
      object: `interface ${wanted.name}.${vid}`,
      field:
        member("interfaces", wanted.name) +
        links
          .slice(0, 1)
          .map(({ network }) => `.${member("networks", network)}`)
          .join(""),
      action: "create",
      before: "",
      after: `vlan ${wanted.fabric}/${vid} on ${wanted.name}${addresses(links)}`,
    })),
  ]);
}

function addresses(links: WantedInterface["links"]): string {
  return links.map(({ mode, address, cidr }) => `, ${mode} ${address || cidr}`).join("");
}
