import type { Call } from "../http/resource.ts";
import type { Script } from "../script.ts";
import { type ScriptMetadata, scriptMetadata } from "./script-metadata.ts";

/** The parameters of a script. */
export const SCRIPT_FIELDS = [
  "name",
  "type",
  "script_type",
  "script",
  "title",
  "description",
  "tags",
  "hardware_type",
  "parallel",
  "timeout",
  "destructive",
  "may_reboot",
  "recommission",
  "apply_configured_networking",
  "for_hardware",
  "comment",
];

const TYPES: Readonly<Record<string, Script["type"]>> = {
  commissioning: 0,
  testing: 2,
  release: 3,
  "0": 0,
  "2": 2,
  "3": 3,
};
const HARDWARE = ["node", "cpu", "memory", "storage", "network", "gpu"];
const PARALLEL = ["disabled", "instance", "any"];
const BUILT_IN = [
  "20-maas-01-install-lldpd",
  "50-maas-01-commissioning",
  "maas-lshw",
  "smartctl-validate",
  "memtester",
];

/** The text of the script a request carries, as a field or as a file. */
export function scriptText({ form, files }: Call): string | undefined {
  const file = [...files.values()][0];
  return file?.toString("utf8") ?? form.text("script");
}

/** Reads the fields of a new or existing script; the metadata block in its text wins. Notes problems on the form. */
export function scriptFields(call: Call, current: Script | undefined): Omit<Script, "id" | "history"> {
  const { form } = call;
  const text = scriptText(call) ?? current?.history.at(-1)?.text ?? "";
  if (!text.startsWith("#!")) form.fail("script", text === "" ? "This field is required." : "Must start with shebang.");
  const metadata = readMetadata(call, text);
  const value = (key: string, field = key): string | undefined => {
    const written = metadata[key];
    return written === undefined || written === null ? form.text(field) : String(written);
  };
  const indexed = (key: string, names: readonly string[], now: number): number => {
    const wanted = value(key);
    if (!wanted) return now;
    const index = /^\d$/.test(wanted) ? Number(wanted) : names.indexOf(wanted.toLowerCase());
    if (index < 0 || index >= names.length) form.fail(key, `Must be one of ${names.join(", ")}.`);
    return index;
  };
  const flag = (key: string, now: boolean) => {
    const written = metadata[key];
    return typeof written === "boolean" ? written : (form.boolean(key) ?? now);
  };
  const name = value("name") || current?.name || "";
  if (name === "") form.fail("name", "This field is required.");
  else if (!/^[\w.-]{1,255}$/.test(name)) form.fail("name", "Name contains disallowed characters.");
  else if (BUILT_IN.includes(name)) form.fail("name", `"${name}" is reserved.`);
  const other = call.sim.state.scripts.get(name);
  if (other !== undefined && other !== current) form.fail("name", "Script with this Name already exists.");
  const typeName = value("script_type", "type") ?? form.text("script_type");
  const type = typeName ? TYPES[typeName.toLowerCase()] : (current?.type ?? 2);
  if (type === undefined) form.fail("type", "Must be one of commissioning, testing, release.");
  return {
    name,
    title: value("title") ?? current?.title ?? "",
    description: value("description") ?? current?.description ?? "",
    tags: textList(metadata.tags, form.has("tags") ? form.list("tags") : undefined) ?? current?.tags ?? [],
    type: type ?? 2,
    hardwareType: indexed("hardware_type", HARDWARE, current?.hardwareType ?? 0),
    parallel: indexed("parallel", PARALLEL, current?.parallel ?? 0),
    timeoutSeconds: timeout(call, value("timeout")) ?? current?.timeoutSeconds ?? 0,
    parameters: mapping(metadata.parameters) ?? current?.parameters ?? {},
    results: mapping(metadata.results) ?? current?.results ?? {},
    packages: mapping(metadata.packages) ?? current?.packages ?? {},
    destructive: flag("destructive", current?.destructive ?? false),
    mayReboot: flag("may_reboot", current?.mayReboot ?? false),
    recommission: flag("recommission", current?.recommission ?? false),
    applyConfiguredNetworking: flag("apply_configured_networking", current?.applyConfiguredNetworking ?? false),
    forHardware:
      textList(metadata.for_hardware, form.has("for_hardware") ? form.list("for_hardware") : undefined) ??
      current?.forHardware ??
      [],
  };
}

function readMetadata({ form }: Call, text: string): ScriptMetadata {
  try {
    return scriptMetadata(text);
  } catch (cause) {
    form.fail("script", `Invalid metadata: ${cause instanceof Error ? cause.message.split("\n")[0] : "unreadable"}`);
    return {};
  }
}

function timeout({ form }: Call, source: string | undefined): number | undefined {
  if (!source) return undefined;
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(source);
  if (clock !== null) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  if (/^\d{1,7}$/.test(source)) return Number(source);
  form.fail("timeout", "Enter a number of seconds.");
  return undefined;
}

function textList(written: unknown, sent: readonly string[] | undefined): readonly string[] | undefined {
  const values = typeof written === "string" ? [written] : Array.isArray(written) ? written.map(String) : sent;
  return values
    ?.flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}
