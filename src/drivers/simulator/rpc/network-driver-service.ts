import type { NetworkDriverService, PortsSpec } from "../../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import type { SeenChange, SeenResult, WantedPorts } from "../world/calls.ts";
import type { SeenPort } from "../world/ports.ts";
import { invalid } from "../world/refusal.ts";
import type { Handlers } from "./grpc-service.ts";
import { ensureResult, worldOperation } from "./messages.ts";
import type { Worlds } from "./worlds.ts";

const BATCH = 500;

/** Provisions the switch ports of simulated worlds: one for each device of a server. */
export function networkDriverService(worlds: Worlds): Handlers<typeof NetworkDriverService> {
  return {
    async *observePorts({ target, servers }, caller) {
      const names = servers.map(({ name }) => name);
      const ports = await worlds.ask<SeenPort[]>(target, { do: "observePorts", names }, caller);
      for (let at = 0; at < ports.length; at += BATCH) yield { ports: ports.slice(at, at + BATCH) };
    },
    async planNetwork({ target, spec }, caller) {
      const asked = { do: "planPorts", ports: wantedPorts(spec) } as const;
      const { changes, token } = await worlds.ask<{ changes: SeenChange[]; token: string }>(target, asked, caller);
      return { changes, precondition: token };
    },
    async ensureNetwork({ target, spec, operation }, caller) {
      const ports = wantedPorts(spec);
      const asked = { do: "ensurePorts", ports, operation: worldOperation(operation, ports.name) } as const;
      return { result: ensureResult(await worlds.ask<SeenResult>(target, asked, caller)) };
    },
  };
}

function wantedPorts(spec: PortsSpec | undefined): WantedPorts {
  const name = spec?.server?.name ?? "";
  if (spec === undefined || name === "") throw invalid("spec.server.name", "the call names no server");
  return { name, mode: spec.mode, devices: spec.interfaces.flatMap(({ devices }) => devices) };
}
