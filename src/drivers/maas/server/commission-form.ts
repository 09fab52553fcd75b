import type { CommissionSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { FormField, MaasWrite } from "../client/request.ts";
import { DriverError, rejected } from "../driver-error.ts";
import type { Machine } from "./machine.ts";
import { nodeName, type Step } from "./step.ts";

/** The parameters of a commissioning; what the specification does not say is left to MAAS. */
export function commissionForm(spec: CommissionSpec | undefined): FormField[] {
  if (spec === undefined) return [];
  const form: FormField[] = [];
  for (const [name, scripts] of [
    ["commissioning_scripts", spec.commissioningScripts],
    ["testing_scripts", spec.testingScripts],
  ] as const) {
    if (scripts.length > 0) form.push([name, scripts.join(",")]);
  }
  for (const [name, value] of [
    ["enable_ssh", spec.enableSsh],
    ["skip_bmc_config", spec.skipBmcConfig],
    ["skip_networking", spec.skipNetworking],
    ["skip_storage", spec.skipStorage],
  ] as const) {
    if (value) form.push([name, "1"]);
  }
  const parameters = Object.entries(spec.scriptParameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...form, ...parameters];
}

/** How a plan tells what a commissioning runs. */
export function commissionLabel({ commission }: Pick<ServerSpec, "commission">): string {
  const form = commissionForm(commission).map(([name, value]) => `${name} ${value}`);
  return ["hardware inventoried and tested", ...form].join(", ");
}

/** The request that has MAAS take stock of a machine; `scripts` are the commissioning scripts to run, none for MAAS's choice. */
export function commissionWrite({ systemId }: Machine, spec: ServerSpec, scripts: readonly string[]): MaasWrite {
  const chosen = spec.commission && { ...spec.commission, commissioningScripts: [...scripts] };
  return { method: "POST", path: `machines/${systemId}/`, op: "commission", form: commissionForm(chosen) };
}

/** What the refusal of a commissioning means; the error itself when there is no more to say about it. */
export function commissionRefusal(step: Pick<Step, "spec">, error: unknown): unknown {
  const refusal = error instanceof DriverError ? (error.failure.vendorCode ?? "") : "";
  const field = /^400 .*"(commissioning_scripts|testing_scripts)"/.exec(refusal)?.[1];
  if (field === undefined) return error;
  const list =
    field === "testing_scripts" ? step.spec.commission?.testingScripts : step.spec.commission?.commissioningScripts;
  const named = (list ?? []).filter((name) => refusal.includes(name));
  const what = (named.length > 0 ? named : (list ?? [])).join(", ");
  return rejected(`MAAS does not know every script that node ${nodeName(step)} is to be commissioned with: ${what}`, {
    subject: nodeName(step),
    vendorCode: refusal,
    hint: `prepare the site, which uploads the design's scripts, or mend ${field} of the node's profiles`,
  });
}
