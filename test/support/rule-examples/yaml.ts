import type { TextExample } from "./text-examples.ts";

const head = "apiVersion: bedplate/v1\nkind: Network\nmetadata: {name: mgmt}\n";

/** Examples of the rules about files as YAML. */
export const yamlExamples: Readonly<Record<string, TextExample>> = {
  "not-text": {
    pass: `${head}spec: {description: "Größe: 2 µm"}\n`,
    fail: `${head}spec: {description: "\u0000\u0001\u0000"} # <- not-text\n`,
  },
  "yaml-alias": {
    pass: `${head}spec: {cidr: &block 10.1.0.0/24, description: *block}\n`,
    fail: `${head}spec:\n  cidr: *block # <- yaml-alias\n`,
  },
  "yaml-character": {
    pass: `${head}spec:\n  description: "a tab: \\t"\n`,
    fail: `${head}spec:\n  description: "a half of a pair: \\ud800" # <- yaml-character\n`,
  },
  "yaml-duplicate-key": {
    pass: `${head}spec:\n  vlan: 100\n  mtu: 1500\n`,
    fail: `${head}spec:\n  vlan: 100\n  mtu: 1500\n  vlan: 101 # <- yaml-duplicate-key\n`,
  },
  "yaml-key": {
    pass: `${head}spec:\n  labels: {"2": second}\n`,
    fail: `${head}spec:\n  labels: {{ labels }} # <- yaml-key\n`,
  },
  "yaml-limit": {
    pass: `${head}spec: {labels: {a: b}}\n`,
    fail: `${head}spec:\n  labels: ${"[".repeat(200)}${"]".repeat(200)} # <- yaml-limit\n`,
  },
  "yaml-merge": {
    pass: `${head}spec:\n  labels: &labels {a: b}\n  dns: {<<: {domain: mgmt.example}}\n`,
    fail: `${head}spec:\n  dns:\n    <<: mgmt.example # <- yaml-merge\n`,
  },
  "yaml-syntax": {
    pass: `${head}spec: {dns: {servers: [10.1.0.2, 10.1.0.3]}}\n`,
    fail: `${head}spec: {dns: {servers: [10.1.0.2, 10.1.0.3}} # <- yaml-syntax\n`,
  },
  "yaml-tag": {
    pass: `${head}spec:\n  description: !!str 2017\n`,
    fail: `${head}spec:\n  description: !include description.txt # <- yaml-tag\n`,
  },
};
