import { bootNic, presentNics } from "../hardware/present.ts";
import { addPhysical } from "../lifecycle/discover-network.ts";
import { findSubnet } from "../lookup.ts";
import { createMachine, type Machine, type PowerValue } from "../machine.ts";
import { defaultParameters } from "../power/power-form.ts";
import type { Hardware, SimState } from "../state.ts";
import { nextSystemId } from "./system-id.ts";

/** What MAAS is told of a new machine. */
export interface Enlistment {
  readonly hostname: string;
  readonly description?: string;
  readonly architecture: string;
  readonly powerType: string;
  readonly powerParameters: Readonly<Record<string, PowerValue>>;
  readonly macs: readonly string[];
  readonly hardware: Hardware | null;
}

/** Adds a New machine. Its NICs are named `eth0` and on, until commissioning learns better. */
export function enlist(state: SimState, { macs, ...fields }: Enlistment): Machine {
  const machine = createMachine(nextSystemId(state), fields);
  state.machines.set(machine.systemId, machine);
  for (const [index, mac] of macs.entries()) {
    const nic = addPhysical(state, machine, `eth${index}`, mac);
    const spec = fields.hardware?.spec.nics.find((candidate) => candidate.mac === mac);
    const subnet = spec?.network === undefined ? undefined : findSubnet(state, spec.network);
    if (spec?.boot || index === 0) {
      machine.bootInterfaceId = nic.id;
      nic.vlanId = subnet?.vlanId ?? null;
    }
  }
  return machine;
}

/** Adds a machine that enlisted itself: MAAS knows its BMC and the MACs of the NICs that are there. */
export function selfEnlist(state: SimState, hardware: Hardware): Machine {
  const { spec } = hardware;
  const boot = bootNic(hardware);
  const nics = [...presentNics(hardware)].sort((a, b) => Number(b === boot) - Number(a === boot));
  return enlist(state, {
    hostname: spec.hostname,
    architecture: spec.architecture,
    powerType: spec.powerType,
    powerParameters: { ...defaultParameters(spec.powerType), ...spec.powerParameters },
    macs: nics.map((nic) => nic.mac),
    hardware,
  });
}
