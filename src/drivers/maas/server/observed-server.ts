import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  type ObservedServerSchema,
  PowerState,
  ServerState,
} from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Progress } from "../precondition.ts";
import { oneLine } from "../text.ts";
import { deployedDigest, type Machine } from "./machine.ts";
import { powerNeed } from "./power-need.ts";
import { serverPrecondition } from "./server-facts.ts";
import { powerState, serverState } from "./status.ts";

/** The plain form of a server as it was seen. */
export type ObservedInit = Exclude<MessageInitShape<typeof ObservedServerSchema>, { $typeName: string }>;

/** A machine as the contract shows it; undefined is one MAAS does not know. `name` is what it was asked by. */
export function observedServer(name: string, machine: Machine | undefined, progress?: Progress): ObservedInit {
  const precondition = serverPrecondition(machine, progress);
  const observedAt = timestampNow();
  if (machine === undefined) {
    const seen = { name, state: ServerState.ABSENT, stateMessage: "MAAS does not know it" };
    return { ...seen, powerNeed: powerNeed(machine), precondition, observedAt };
  }
  const addresses = machine.nics.flatMap((nic) => nic.links.map((link) => link.address)).filter(Boolean);
  const state = serverState(machine.status);
  return {
    name,
    providerId: machine.systemId,
    state,
    stateMessage: oneLine([machine.statusName, machine.statusMessage].filter(Boolean).join(": "), 1024),
    power: machine.power === "" ? PowerState.UNSPECIFIED : powerState(machine.power),
    specDigest: state === ServerState.DEPLOYED || state === ServerState.DEPLOYING ? deployedDigest(machine) : "",
    addresses: [...new Set(addresses)].slice(0, 256),
    precondition,
    observedAt,
    powerNeed: powerNeed(machine),
  };
}
