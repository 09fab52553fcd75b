import type { YamlNode } from "../yaml/node.ts";
import { mapOf, optional, type Report, secretReferences, text, texts } from "./config-nodes.ts";
import type { ConfiguredSource } from "./server-config.ts";
import { sourceUrlProblem } from "./source-url.ts";

const MOST_SOURCES = 256;
const DEFAULT_INTERVAL_S = 60;
const LONGEST_INTERVAL_S = 86_400;

const common = ["name", "type", "url", "design", "layer", "interval", "secrets"] as const;
const own = { git: ["ref", "path", "username"], netbox: ["site", "roles", "tag"] } as const;
const secretNames = { git: ["token", "ssh_key"], netbox: ["token"] } as const;

const forms = {
  name: [/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/, 'letters, digits, ".", "_" and "-", at most 127'],
  design: [/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/, 'letters, digits, ".", "_" and "-"'],
  layer: [/^[a-z][a-z0-9-]{0,62}$/, 'small letters, digits and "-"'],
  ref: [/^(?!.*(?:\.\.|@\{|\/\/|\.lock(?:\/|$)))[A-Za-z0-9][A-Za-z0-9._/+-]{0,254}$/, "a branch or tag, such as main"],
  path: [/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^/\p{Cc}:][^\p{Cc}]*$/u, "a directory in the repository, such as sites/plant7"],
  username: [/^[^\s:\p{Cc}]{1,128}$/u, "a name without colons"],
  site: [/^[A-Za-z0-9_-]{1,100}$/, "a slug"],
  tag: [/^[A-Za-z0-9_-]{1,100}$/, "a slug"],
  roles: [/^[A-Za-z0-9_-]{1,100}$/, "slugs"],
} as const satisfies Record<string, readonly [RegExp, string]>;

/** Reads `sources`: the repositories and NetBoxes a server follows. */
export function readSources(node: YamlNode | undefined, report: Report): readonly ConfiguredSource[] | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "list") {
    report(node, "sources is a list");
    return undefined;
  }
  if (node.items.length > MOST_SOURCES)
    report(node, `found ${node.items.length} sources, expected at most ${MOST_SOURCES}`);
  const names = new Set<string>();
  return node.items.flatMap((item) => {
    const source = readSource(item, report);
    if (source === undefined) return [];
    if (names.has(source.name)) report(item, `found source ${source.name} a second time, expected names of their own`);
    names.add(source.name);
    return [source];
  });
}

function readSource(item: YamlNode, report: Report): ConfiguredSource | undefined {
  const stated = item.kind === "map" ? item.entries.find(({ key }) => key === "type")?.value : undefined;
  const type = text(stated, "type", report);
  if (type !== "git" && type !== "netbox") {
    report(stated ?? item, "a source wants type: git or netbox");
    return undefined;
  }
  const map = mapOf(item, "a source", [...common, ...own[type]], report);
  const checked = (key: keyof typeof forms): string | undefined => {
    const value = text(map.get(key), key, report);
    return value === undefined || fits(key, value, map.get(key) ?? item, report) ? value : undefined;
  };
  const [name, design] = [checked("name"), checked("design")];
  const url = text(map.get("url"), "url", report);
  if (!map.has("name") || !map.has("url") || !map.has("design"))
    report(item, "a source wants name, type, url and design");
  const problem = url === undefined ? undefined : sourceUrlProblem(type, url);
  if (problem !== undefined) report(map.get("url") ?? item, problem);
  const secrets = secretReferences(map.get("secrets"), report);
  for (const key of Object.keys(secrets)) {
    if (!secretNames[type].some((known) => known === key))
      report(map.get("secrets") ?? item, `found secret ${key}, expected ${secretNames[type].join(" or ")}`);
  }
  const base = {
    ...{ name: name ?? "", url: url ?? "", design: design ?? "", secrets },
    ...optional("layer", checked("layer")),
    intervalSeconds: interval(map.get("interval"), report),
  };
  if (type === "git") {
    const [ref = "HEAD", path = "", username = "git"] = [checked("ref"), checked("path"), checked("username")];
    return { type, ...base, ref, path: path.replace(/\/+$/, ""), username };
  }
  if (secrets.token === undefined) report(item, "a NetBox source wants secrets: {token: {ref: file:NAME}}");
  const roles = texts(map.get("roles"), "roles", report) ?? [];
  for (const role of roles) fits("roles", role, map.get("roles") ?? item, report);
  return { type, ...base, roles, ...optional("site", checked("site")), ...optional("tag", checked("tag")) };
}

function fits(key: keyof typeof forms, value: string, at: YamlNode, report: Report): boolean {
  const [form, wanted] = forms[key];
  if (form.test(value)) return true;
  report(at, `found ${JSON.stringify(value.slice(0, 80))} as ${key}, expected ${wanted}`);
  return false;
}

/** A span such as "90s", "5m" or "1h", in seconds. */
function interval(node: YamlNode | undefined, report: Report): number {
  const written = text(node, "interval", report);
  if (node === undefined || written === undefined) return DEFAULT_INTERVAL_S;
  const [, count = "", unit = "s"] = /^(\d{1,5})([smh])$/.exec(written) ?? [];
  const seconds = Number(count) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
  if (count !== "" && seconds >= 1 && seconds <= LONGEST_INTERVAL_S) return seconds;
  report(node, `found ${JSON.stringify(written)} as interval, expected 1s to 24h, such as 60s or 5m`);
  return DEFAULT_INTERVAL_S;
}
