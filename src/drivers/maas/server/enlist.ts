import { object } from "../client/json.ts";
import { DriverError, rejected } from "../driver-error.ts";
import { listed } from "../text.ts";
import { findMachine, powerAddress, readMachines, readPowerAddresses } from "./find-machine.ts";
import { type Machine, readMachine } from "./machine.ts";
import { requireNoOtherNode } from "./other-node.ts";
import { enlistment } from "./plan-identity.ts";
import { type PowerSettings, powerSettings } from "./power-settings.ts";
import { nodeName, type Step } from "./step.ts";

/**
 * Makes a machine known to MAAS, unless somebody else did so meanwhile: then that one is given. TARGET_REJECTED when its MAC, name or BMC belongs to another machine, or no image serves its
 * architecture; HARDWARE_MISMATCH when MAAS has it as something that is no machine.
 */
export async function enlist(step: Step): Promise<Machine> {
  const { client, writer, spec } = step;
  const power = powerSettings(spec);
  const { write } = enlistment(spec, power);
  if (spec.identity !== undefined) await requireNoOtherNode(client, spec.identity);
  try {
    return readMachine(object(await writer.send(write)));
  } catch (error) {
    const refusal = error instanceof DriverError ? (error.failure.vendorCode ?? "") : "";
    // What was refused may be there already: another call made it, or this one did and its answer was lost.
    if (spec.identity === undefined || !/^4\d\d /.test(refusal)) throw error;
    const found = await findMachine(client, spec.identity);
    if (found !== undefined) return found;
    throw (await explain(step, power, refusal)) ?? error;
  }
}

async function explain(step: Step, power: PowerSettings | undefined, refusal: string): Promise<Error | undefined> {
  const { spec } = step;
  const subject = nodeName(step);
  const detail = { subject, vendorCode: refusal };
  const taken = /MAC address (\S+) already in use on ([^".]+)/.exec(refusal);
  if (taken !== null) {
    return rejected(`MAAS has MAC address ${taken[1]} of node ${subject} on ${taken[2]}`, {
      ...detail,
      hint: `give the node the boot_mac of its own machine, or delete ${taken[2]} in MAAS`,
    });
  }
  if (/"architecture"/.test(refusal)) {
    return rejected(`MAAS has no image for architecture ${spec.architecture || "amd64"} of node ${subject}`, {
      ...detail,
      hint: "import an image of that architecture in MAAS first, or mend the architecture of the node's hardware profile",
    });
  }
  if (!refusal.startsWith("409 ")) return undefined;
  const sharing = await sharers(step, power);
  if (sharing.length === 0) return undefined;
  return rejected(`MAAS has the BMC of node ${subject} on another machine: ${listed(sharing)}`, {
    ...detail,
    hint: "give the node the address of its own BMC, or delete the other machine in MAAS",
  });
}

/** The machines whose BMC has the address MAAS was given. */
async function sharers({ client }: Step, power: PowerSettings | undefined): Promise<string[]> {
  const address = powerAddress(power?.parameters.power_address ?? "");
  if (address === "") return [];
  const ids = ((await readPowerAddresses(client)).get(address) ?? []).map(({ systemId }) => systemId).slice(0, 8);
  if (ids.length === 0) return [];
  const machines = await readMachines(client, { query: ids.map((id) => ["system_id", id] as const) });
  return machines.map(({ hostname, systemId }) => `${hostname} (${systemId})`);
}
