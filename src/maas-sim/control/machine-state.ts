import type { Machine } from "../machine.ts";
import { linksOf } from "../network/gateway.ts";
import type { AgentReport } from "../node/node-agent.ts";
import type { SimState } from "../state.ts";
import { statusName } from "../status.ts";

/** A machine as `/_sim/state` shows it: where it stands, and what its node has called and heard. */
export function machineState(state: SimState, machine: Machine, agent: AgentReport | undefined) {
  return {
    system_id: machine.systemId,
    hostname: machine.hostname,
    /** The name in the world file; null for a machine that stands for no hardware. */
    world_hostname: machine.hardware?.spec.hostname ?? null,
    status: machine.status,
    status_name: statusName(machine.status),
    error_description: machine.errorDescription,
    power_state: machine.powerState,
    missing_nics: [...(machine.hardware?.missing ?? [])],
    addresses: linksOf(machine).flatMap((link) => {
      const subnet = state.subnets.get(link.subnetId ?? -1);
      return link.ip === null ? [] : [{ ip: link.ip, subnet: subnet?.name ?? null }];
    }),
    agent: agent ?? null,
  };
}
