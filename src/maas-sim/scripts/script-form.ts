import type { Call } from "../http/resource.ts";
import type { Script } from "../script.ts";
import { isBuiltIn } from "./built-in.ts";
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
  "packages",
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

/** The text of the script a request carries, as a field or as a file. */
export function scriptText({ form, files }: Call): string | undefined {
  const file = [...files.values()][0];
  return file?.toString("utf8") ?? form.raw("script");
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
  else if (isBuiltIn(name)) form.fail("name", "Script with this Name already exists.");
  const other = call.sim.state.scripts.get(name);
  if (other !== undefined && other !== current) form.fail("name", "Script with this Name already exists.");
  const typeName = value("script_type", "type") ?? form.text("script_type");
  const type = typeName ? TYPES[typeName.toLowerCase()] : (current?.type ?? 2);
  if (type === undefined) form.fail("type", "Must be one of commissioning, testing, release.");
  const isNew = current === undefined;
  // Tags and the time a script may take are its user's once it is there: a new text doesn't change them.
  const tags = form.has("tags")
    ? textList(undefined, form.list("tags"))
    : isNew
      ? textList(metadata.tags, undefined)
      : undefined;
  const hardwareType = indexed("hardware_type", HARDWARE, current?.hardwareType ?? 0);
  const destructive = flag("destructive", current?.destructive ?? false);
  return {
    name,
    title: value("title") ?? current?.title ?? "",
    description: value("description") ?? current?.description ?? "",
    tags: withOwnTags(tags ?? current?.tags ?? [], hardwareType, destructive),
    type: type ?? 2,
    hardwareType,
    parallel: indexed("parallel", PARALLEL, current?.parallel ?? 0),
    timeoutSeconds:
      timeout(call, form.text("timeout") ?? (isNew ? value("timeout") : undefined)) ?? current?.timeoutSeconds ?? 0,
    parameters: mapping(metadata.parameters) ?? current?.parameters ?? {},
    results: mapping(metadata.results) ?? current?.results ?? {},
    packages: mapping(packages(call) ?? metadata.packages) ?? current?.packages ?? {},
    destructive,
    mayReboot: flag("may_reboot", current?.mayReboot ?? false),
    recommission: flag("recommission", current?.recommission ?? false),
    applyConfiguredNetworking: flag("apply_configured_networking", current?.applyConfiguredNetworking ?? false),
    forHardware: forHardware(call, metadata.for_hardware) ?? current?.forHardware ?? [],
  };
}

/** The tags of a script with those it has by its kind of hardware and by what it does to data. */
export function withOwnTags(tags: readonly string[], hardwareType: number, destructive: boolean): readonly string[] {
  const others = tags.filter((tag) => tag !== "destructive" && !HARDWARE.includes(tag));
  return [...others, ...(destructive ? ["destructive"] : []), HARDWARE[hardwareType] ?? "node"];
}

function packages({ form }: Call): unknown {
  const source = form.text("packages");
  if (!source) return undefined;
  try {
    return JSON.parse(source);
  } catch {
    form.fail("packages", "Invalid JSON.");
    return undefined;
  }
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

const HARDWARE_ID =
  /^modalias:.+|pci:[\da-f]{4}:[\da-f]{4}|usb:[\da-f]{4}:[\da-f]{4}|(?:system_(?:vendor|product|version)|mainboard_(?:vendor|product)):.*/i;

/** Hardware a script is for, as a list in JSON or with commas; empty counts as absent. */
function forHardware({ form }: Call, written: unknown): readonly string[] | undefined {
  const source = form.text("for_hardware");
  const ids = source
    ? (listInJson(source) ?? source.split(","))
    : Array.isArray(written)
      ? written.map(String)
      : undefined;
  const wanted = typeof written === "string" && ids === undefined ? written.split(",") : ids;
  for (const id of wanted ?? []) {
    if (HARDWARE_ID.test(id)) continue;
    const kinds =
      "a modalias, PCI ID, USB ID, system vendor, system product, system version, mainboard vendor, or mainboard product";
    form.fail("for_hardware", `Hardware identifier '${id}' must be ${kinds}.`);
  }
  return wanted;
}

function listInJson(source: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined;
  }
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
