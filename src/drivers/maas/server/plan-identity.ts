import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { FormField, MaasWrite } from "../client/request.ts";
import { notFound } from "../driver-error.ts";
import { hostname } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { type PowerSettings, powerForm, powerLabel } from "./power-settings.ts";

/** How a machine is made known to MAAS: as a plan shows it, and the request. */
export interface Enlistment {
  readonly action: Action;
  readonly write: MaasWrite;
}

/** Makes a machine known to MAAS, New. NOT_FOUND when the design gives no MAC address to know it by. */
export function enlistment(spec: ServerSpec, power: PowerSettings | undefined): Enlistment {
  const name = spec.identity?.name ?? "";
  const mac = spec.identity?.bootMac ?? "";
  if (mac === "") {
    throw notFound(`MAAS has no machine for node ${name}`, {
      subject: name,
      hint: "give the node a boot_mac so that it can be enlisted, or boot it once from MAAS's network",
    });
  }
  const settings = power ?? { type: "manual", parameters: {} };
  const form: FormField[] = [
    ["architecture", spec.architecture || "amd64"],
    ["mac_addresses", mac],
    ["hostname", hostname(name)],
    ["commission", "false"],
    ...powerForm(settings),
  ];
  return {
    action: {
      object: `machine ${hostname(name)}`,
      field: "identity.boot_mac",
      action: "create",
      before: "",
      after: `MAC ${mac}, ${powerLabel(settings.type, settings.parameters.power_address)}`,
    },
    write: { method: "POST", path: "machines/", form },
  };
}

/** The domain a specification puts a machine in; empty when it names none. */
export function wantedDomain({ fqdn }: Pick<ServerSpec, "fqdn">): string {
  const dot = fqdn.indexOf(".");
  return dot < 0
    ? ""
    : fqdn
        .slice(dot + 1)
        .replace(/\.$/, "")
        .toLowerCase();
}

/**
 * The host name, domain and power settings of a machine MAAS knows. `present` are the power parameters MAAS has, undefined when the
 * driver does not own them; `domain` is one that MAAS has, undefined to leave the machine where it is.
 */
export function planIdentity(
  machine: Machine,
  spec: ServerSpec,
  power: PowerSettings | undefined,
  present: Readonly<Record<string, string>> | undefined,
  domain?: string,
): Action[] {
  const name = hostname(spec.identity?.name ?? "");
  const form: FormField[] = [];
  const before: string[] = [];
  const after: string[] = [];
  if (machine.hostname.toLowerCase() !== name.toLowerCase()) {
    form.push(["hostname", name]);
    before.push(`hostname ${machine.hostname}`);
    after.push(`hostname ${name}`);
  }
  if (domain !== undefined && (machine.domain ?? "").toLowerCase() !== domain) {
    form.push(["domain", domain]);
    before.push(`domain ${machine.domain || "-"}`);
    after.push(`domain ${domain}`);
  }
  if (power !== undefined && present !== undefined) {
    const differs = Object.entries(power.parameters).filter(([key, value]) => present[key] !== value);
    if (machine.powerType !== power.type || differs.length > 0) {
      form.push(...powerForm(power));
      before.push(powerLabel(machine.powerType, present.power_address));
      const names = differs.map(([key]) => key).join(", ");
      after.push(`${powerLabel(power.type, power.parameters.power_address)}${names === "" ? "" : ` (${names})`}`);
    }
  }
  if (form.length === 0) return [];
  const path = `machines/${machine.systemId}/`;
  return [
    {
      object: `machine ${machine.hostname}`,
      ...(form.every(([key]) => key.startsWith("power_")) && { field: "oob" }),
      ...(form.every(([key]) => key === "domain") && { field: "fqdn" }),
      action: "update",
      before: before.join(", "),
      after: after.join(", "),
      request: { method: "PUT", path, form },
    },
  ];
}
