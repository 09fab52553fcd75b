import { databaseConflict, serverError } from "../http/api-error.ts";
import { type Form, invalidChoice } from "../http/form.ts";
import type { Machine, PowerValue } from "../machine.ts";
import type { SimState } from "../state.ts";
import { POWER_TYPES, type PowerField } from "./power-type.ts";

/** The parameters a request may use besides `power_parameters_<name>`. */
export const POWER_FIELDS = ["power_type", "power_parameters", "power_parameters_skip_check"];

/** A machine's way to its power. */
export interface Power {
  readonly powerType: string;
  readonly powerParameters: Readonly<Record<string, PowerValue>>;
}

const PREFIX = "power_parameters_";

/** Whether a parameter's name has the form `power_parameters_<name>`. */
export function isPowerParameter(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * Reads the power fields of a create or update. What is not sent keeps its current value, unless the type changes:
 * then everything starts from the new type's defaults. Notes problems on the form.
 */
export function powerFields(form: Form, current: Power | undefined): Power {
  if (
    current !== undefined &&
    !form.names.some((name) => name === "power_type" || isPowerParameter(name) || name === "power_parameters")
  ) {
    const { powerType, powerParameters } = current;
    return { powerType, powerParameters };
  }
  const powerType = form.text("power_type") ?? current?.powerType ?? "manual";
  const fields = POWER_TYPES[powerType];
  if (fields === undefined) {
    form.fail("power_type", invalidChoice(powerType));
    return { powerType: "manual", powerParameters: {} };
  }
  const sent = sentParameters(form);
  const skipCheck = form.boolean("power_parameters_skip_check") ?? false;
  const kept = current?.powerType === powerType ? current.powerParameters : defaultParameters(powerType);
  const merged = { ...kept };
  for (const [name, values] of sent) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined && !skipCheck)
      form.fail(`${PREFIX}${name}`, `Unknown parameter of power type '${powerType}'.`);
    merged[name] = field?.multiple ? values.filter((value) => value !== "") : (values.at(-1) ?? "");
  }
  if (!skipCheck) checkFields(form, fields, merged);
  checkRedfishAddress(powerType, merged);
  return { powerType, powerParameters: merged };
}

function sentParameters(form: Form): Map<string, readonly string[]> {
  const sent = new Map<string, readonly string[]>();
  const packed = form.text("power_parameters");
  if (packed) {
    try {
      const value: unknown = JSON.parse(packed);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("not an object");
      for (const [name, item] of Object.entries(value))
        sent.set(name, Array.isArray(item) ? item.map(String) : [String(item)]);
    } catch {
      form.fail("power_parameters", "Failed to parse JSON power_parameters.");
    }
  }
  for (const name of form.names) {
    if (!isPowerParameter(name) || POWER_FIELDS.includes(name)) continue;
    const values = form.list(name);
    sent.set(name.slice(PREFIX.length), values.length > 0 ? values : [form.text(name) ?? ""]);
  }
  return sent;
}

/** The values a power type starts with; nothing for an unknown one. */
export function defaultParameters(powerType: string): Record<string, PowerValue> {
  const fields = POWER_TYPES[powerType] ?? [];
  return Object.fromEntries(fields.map((field) => [field.name, field.fallback ?? (field.multiple ? [] : "")]));
}

function checkFields(form: Form, fields: readonly PowerField[], values: Readonly<Record<string, PowerValue>>): void {
  for (const field of fields) {
    const value = values[field.name] ?? "";
    if (field.required && value.length === 0)
      form.fail("power_parameters", `${label(field.name)}: This field is required.`);
    else if (field.choices && typeof value === "string" && !field.choices.includes(value) && value !== "") {
      form.fail("power_parameters", `${label(field.name)}: ${invalidChoice(value)}`);
    }
  }
}

function label(name: string): string {
  const words = name.replaceAll("_", " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The real service puts this value through an IP parser without looking, which ends in a 500. */
function checkRedfishAddress(powerType: string, values: Readonly<Record<string, PowerValue>>): void {
  const address = values.power_address;
  if (powerType === "redfish" && typeof address === "string" && address.includes("://")) {
    throw serverError(`'${address}' does not appear to be an IPv4 or IPv6 address`);
  }
}

/** Throws the conflict page when another machine has the very same BMC. */
export function refuseSharedBmc(state: SimState, power: Power, self: Machine | undefined): void {
  const identity = bmcIdentity(power);
  if (identity === undefined) return;
  for (const other of state.machines.values()) {
    if (other !== self && bmcIdentity(other) === identity) throw databaseConflict();
  }
}

function bmcIdentity({ powerType, powerParameters }: Power): string | undefined {
  const fields = (POWER_TYPES[powerType] ?? []).filter((field) => field.secret !== true);
  if (fields.length === 0) return undefined;
  return JSON.stringify([powerType, ...fields.map(({ name }) => powerParameters[name] ?? "")]);
}

/** The parameters as the ledger shows them: secrets hidden, but a change of one still visible through `fingerprint`. */
export function hiddenParameters(
  values: Readonly<Record<string, PowerValue>>,
  isSecret: (name: string) => boolean,
  fingerprint: (value: string) => string,
): Record<string, PowerValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isSecret(name) && value.length > 0 ? `(hidden ${fingerprint(String(value))})` : value,
    ]),
  );
}
