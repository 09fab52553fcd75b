import type { ScriptSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type DriverError, invalidField } from "../driver-error.ts";
import { seconds } from "./read-scripts.ts";
import { type MetadataBlock, readMetadata, withMetadataLine } from "./script-metadata.ts";

/** A script as it is wanted in MAAS: what the specification says together with what the block of metadata in its text says. */
export interface WantedScript {
  readonly name: string;
  readonly content: string;
  /** Keys of the block of metadata. MAAS refuses them as fields of a call that sends the text. */
  readonly inBlock: ReadonlySet<string>;
  readonly type: string;
  /** Empty for whatever MAAS has; so is the description. */
  readonly title: string;
  readonly description: string;
  /** Without those MAAS adds by itself. */
  readonly tags: readonly string[];
  readonly timeout: number;
  readonly parallel: string;
  readonly hardwareType: string;
  readonly mayReboot: boolean;
  readonly recommission: boolean;
  readonly destructive: boolean;
  readonly packages: readonly string[];
  readonly forHardware: readonly string[];
}

/** Tags MAAS gives a script by itself: the kind of its hardware, and whether it destroys data. */
const OWN_TAGS: ReadonlySet<string> = new Set(["node", "cpu", "memory", "storage", "network", "gpu", "destructive"]);
const TYPES: Readonly<Record<string, string>> = {
  ...{ 0: "commissioning", commission: "commissioning", 2: "testing", test: "testing", 3: "release" },
};
const HARDWARE_TYPES: Readonly<Record<string, string>> = {
  ...{ 0: "node", machine: "node", controller: "node", other: "node", generic: "node", 1: "cpu", processor: "cpu" },
  ...{ 2: "memory", ram: "memory", 3: "storage", disk: "storage", ssd: "storage", 4: "network", net: "network" },
  ...{ interface: "network", 5: "gpu", graphics: "gpu" },
};
const PARALLEL: Readonly<Record<string, string>> = {
  ...{ 0: "disabled", none: "disabled", 1: "instance", name: "instance", 2: "any", enabled: "any" },
};

/** Without the tags MAAS gives by itself, each once. */
export function chosenTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].filter((tag) => tag !== "" && !OWN_TAGS.has(tag));
}

/**
 * What a specification of a script comes to. INVALID_ARGUMENT when its text is no script, when its metadata can't be read, and when the two contradict each other:
 * MAAS would let the block of metadata win. `path` is that of the script in the request.
 */
export function wantedScript(spec: ScriptSpec, path: string): WantedScript {
  const { name, content } = spec;
  if (!content.startsWith("#!/")) {
    throw invalidField(
      `${path}.content`,
      `the content of script "${name}" doesn't begin with "#!/", the path of its interpreter`,
      'begin it with a line such as "#!/bin/bash"',
    );
  }
  if (/^\d+$/.test(name) || name.toLowerCase() === "none") {
    throw invalidField(`${path}.name`, `MAAS can't have a script of the name "${name}"`, "give it another name");
  }
  const block = blockOf(spec, path);
  const said = readerOf(block);
  const contradicts = (field: string, key: string, own: unknown, other: unknown): DriverError =>
    invalidField(
      `${path}.${field}`,
      `script "${name}": ${field} is ${shown(own)} in the design, and ${key} is ${shown(other)} in the metadata in its content`,
      "say it in one of the two places, or the same in both",
    );
  const one = (
    field: string,
    key: string,
    own: string,
    usual: string,
    words: Readonly<Record<string, string>> = {},
  ) => {
    const raw = said.text(key);
    if (raw === undefined) return own || usual;
    const other = words[raw.toLowerCase()] ?? (Object.keys(words).length > 0 ? raw.toLowerCase() : raw);
    if (own !== "" && own !== usual && own !== other) throw contradicts(field, key, own, raw);
    return other;
  };
  const flag = (field: string, own: boolean) => {
    const other = said.flag(field);
    if (own && other === false) throw contradicts(field, field, own, other);
    return other ?? own;
  };
  const list = (field: string, own: readonly string[], other: readonly string[] | undefined) => {
    if (other === undefined) return own;
    if (own.length > 0 && sorted(own) !== sorted(other)) throw contradicts(field, field, own, other);
    return other;
  };
  const blockName = said.text("name");
  if (blockName !== undefined && blockName !== name) throw contradicts("name", "name", name, blockName);
  const type = one("type", "script_type", spec.type, "", TYPES);
  const ownTimeout = said.has("timeout") ? seconds(said.text("timeout")) : undefined;
  if (ownTimeout !== undefined && spec.timeout !== 0 && ownTimeout !== spec.timeout) {
    throw contradicts("timeout", "timeout", spec.timeout, said.text("timeout"));
  }
  const packages = list("packages", spec.packages, said.packages());
  const adds = !said.has("packages") && packages.length > 0;
  return {
    name,
    content: adds ? withMetadataLine(content, block, packagesLine(packages)) : content,
    inBlock: new Set(Object.keys(block.keys)),
    type,
    title: one("title", "title", spec.title, ""),
    description: one("description", "description", spec.description, ""),
    tags: chosenTags(
      list(
        "tags",
        chosenTags(spec.tags),
        said.list("tags")?.filter((tag) => !OWN_TAGS.has(tag)),
      ),
    ),
    timeout: ownTimeout ?? spec.timeout,
    parallel: one("parallel", "parallel", spec.parallel, "disabled", PARALLEL),
    hardwareType: one("hardware_type", "hardware_type", spec.hardwareType, "node", HARDWARE_TYPES),
    mayReboot: flag("may_reboot", spec.mayReboot),
    recommission: flag("recommission", spec.recommission),
    destructive: flag("destructive", spec.destructive),
    packages,
    forHardware: list("for_hardware", spec.forHardware, said.list("for_hardware")),
  };
}

/** The line of metadata that names Debian packages; MAAS takes them in no other way that its reference tells of. */
export function packagesLine(packages: readonly string[]): string {
  return `packages: {apt: ${JSON.stringify(packages)}}`;
}

function blockOf({ name, content }: ScriptSpec, path: string): MetadataBlock {
  try {
    return readMetadata(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unreadable";
    throw invalidField(`${path}.content`, `the metadata in the content of script "${name}" can't be read: ${why}`);
  }
}

function readerOf({ keys }: MetadataBlock) {
  const get = (key: string): unknown => (Object.hasOwn(keys, key) ? keys[key] : undefined);
  const list = (value: unknown): string[] | undefined => {
    if (typeof value === "string")
      return value
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean);
    return Array.isArray(value) ? value.map(String) : undefined;
  };
  return {
    has: (key: string) => get(key) !== undefined && get(key) !== null,
    text(key: string): string | undefined {
      const value = get(key);
      return typeof value === "string" || typeof value === "number" ? String(value).trim() : undefined;
    },
    flag(key: string): boolean | undefined {
      const value = get(key);
      if (typeof value === "boolean") return value;
      return value === "true" || value === "True" ? true : value === "false" || value === "False" ? false : undefined;
    },
    list: (key: string) => list(get(key)),
    packages(): string[] | undefined {
      const value = get("packages");
      if (typeof value !== "object" || value === null) return undefined;
      return list(Object.hasOwn(value, "apt") ? Reflect.get(value, "apt") : []) ?? [];
    },
  };
}

function sorted(values: readonly string[]): string {
  return [...new Set(values)].sort().join("\n");
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
