import type { YamlNode } from "../yaml/node.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import { flag, mapOf, optional, type Report, secretReferences, text, texts, textsByKey } from "./config-nodes.ts";
import { readSources } from "./read-sources.ts";
import type { ConfiguredDriver, ConfiguredValidator, ServerConfig } from "./server-config.ts";

/** Thrown for a configuration file that can't be used. Each problem is one line, `file:line:column: what`. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems[0] ?? "the configuration can't be used");
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const keys = [
  "listen",
  "data",
  "services",
  "secrets_directory",
  "plain_introspection",
  "introspection_url",
  "tls",
  "peers",
  "service_token_file",
  "drivers",
  "validators",
  "sources",
] as const;

/** Reads the text of a configuration file. Unknown keys and values of a wrong type are refused, all at once. Throws `ConfigError`. */
export function readConfig(uri: string, text: string): ServerConfig {
  const { documents, diagnostics } = readYaml({ uri, text });
  const problems = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ location, message }) => `${uri}:${location?.line ?? 1}:${location?.column ?? 1}: ${message}`);
  const report = (node: { readonly position: YamlNode["position"] }, message: string) => {
    problems.push(`${uri}:${node.position.line}:${node.position.column}: ${message}`);
  };
  const roots = documents.map(({ root }) => root).filter((root) => root !== null);
  const config = roots[0] === undefined ? {} : readRoot(roots[0], report);
  if (roots[1] !== undefined) report(roots[1], "found a second document, expected one");
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readRoot(root: YamlNode, report: Report): ServerConfig {
  const map = mapOf(root, "the configuration", keys, report);
  const at = (key: (typeof keys)[number]) => map.get(key);
  const tls = at("tls") === undefined ? undefined : textsByKey(at("tls"), "tls", ["cert_file", "key_file"], report);
  if (at("tls") !== undefined && (tls?.cert_file === undefined || tls.key_file === undefined))
    report(at("tls") ?? root, "tls wants cert_file and key_file");
  return {
    ...optional("listen", texts(at("listen"), "listen", report)),
    ...optional("data", text(at("data"), "data", report)),
    ...optional("services", texts(at("services"), "services", report)),
    ...optional("secretsDirectory", text(at("secrets_directory"), "secrets_directory", report)),
    ...optional("plainIntrospection", flag(at("plain_introspection"), "plain_introspection", report)),
    ...optional("introspectionUrl", text(at("introspection_url"), "introspection_url", report)),
    ...optional(
      "tls",
      tls?.cert_file === undefined || tls.key_file === undefined
        ? undefined
        : { certFile: tls.cert_file, keyFile: tls.key_file },
    ),
    ...optional("peers", at("peers") === undefined ? undefined : textsByKey(at("peers"), "peers", undefined, report)),
    ...optional("serviceTokenFile", text(at("service_token_file"), "service_token_file", report)),
    ...optional("drivers", drivers(at("drivers"), report)),
    ...optional("validators", validators(at("validators"), report)),
    ...optional("sources", readSources(at("sources"), report)),
  };
}

function drivers(node: YamlNode | undefined, report: Report): readonly ConfiguredDriver[] | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "list") {
    report(node, "drivers is a list");
    return undefined;
  }
  return node.items.map((item) => {
    const map = mapOf(item, "a driver", ["name", "plugin", "endpoint", "options", "secrets"], report);
    const name = text(map.get("name"), "name", report);
    const plugin = text(map.get("plugin"), "plugin", report);
    if (name === undefined || plugin === undefined) report(item, "a driver wants name and plugin");
    return {
      name: name ?? "",
      plugin: plugin ?? "",
      endpoint: text(map.get("endpoint"), "endpoint", report) ?? "",
      options: textsByKey(map.get("options"), "options", undefined, report),
      secrets: secretReferences(map.get("secrets"), report),
    };
  });
}

const MOST_VALIDATORS = 64;

function validators(node: YamlNode | undefined, report: Report): readonly ConfiguredValidator[] | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "list") {
    report(node, "validators is a list");
    return undefined;
  }
  if (node.items.length > MOST_VALIDATORS)
    report(node, `found ${node.items.length} validators, expected at most ${MOST_VALIDATORS}`);
  const names = new Set<string>();
  return node.items.map((item) => {
    const map = mapOf(item, "a validator", ["name", "command"], report);
    const name = text(map.get("name"), "name", report);
    const [program, ...args] = texts(map.get("command"), "command", report) ?? [];
    if (name === undefined || program === undefined)
      report(item, "a validator wants name and command, such as [python3, /opt/rules.py]");
    else if (names.has(name)) report(item, `found validator ${name} a second time, expected names of their own`);
    names.add(name ?? "");
    return { name: name ?? "", command: [program ?? "", ...args] };
  });
}
