import type { TextExample } from "./text-examples.ts";

const own = (kind: string, name: string, spec: string) =>
  `apiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:${spec}\n`;
const earlier = (kind: string, name: string, spec: string) =>
  `apiVersion: 'v1.0'\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n${spec}`;
const network = own("Network", "mgmt", " {cidr: 10.1.0.0/24}");
const partitions = "    partitions:\n    - {name: root, device: sda, size: 50g}\n";

const asset = "  assets:\n  - {type: file, path: /etc/motd, permissions: '644', data: hello}\n";

/** Examples of the rules about documents before anything is known of the design. */
export const readingExamples: Readonly<Record<string, TextExample>> = {
  "foreign-document": {
    pass: network,
    fail: `${network}---\napiVersion: apps/v1 # <- foreign-document (info)\nkind: Deployment\nmetadata: {name: web}\n`,
  },
  "ignored-field": {
    pass: earlier("Region", "plant7", "  repositories:\n    main: {repo_type: apt, url: http://mirror.example}\n"),
    fail: earlier(
      "Region",
      "plant7",
      "  repositories:\n    main:\n      repo_type: apt\n      url: http://mirror.example\n      options: {proxy: http://proxy.example} # <- ignored-field (warning)\n",
    ),
  },
  "invalid-name": {
    pass: network,
    fail: network.replace("{name: mgmt}", "{name: the management network} # <- invalid-name"),
  },
  "missing-field": {
    pass: earlier("HostProfile", "worker", `  storage:\n${partitions}`),
    fail: earlier(
      "HostProfile",
      "worker",
      `  storage:\n${partitions.replace("device: sda, ", "").replace("50g}", "50g} # <- missing-field")}`,
    ),
  },
  "missing-kind": {
    pass: network,
    fail: "apiVersion: bedplate/v1 # <- missing-kind\nmetadata: {name: mgmt}\nspec: {cidr: 10.1.0.0/24}\n",
  },
  "missing-name": {
    pass: network,
    fail: "apiVersion: bedplate/v1\nkind: Network\nmetadata: {} # <- missing-name\nspec: {cidr: 10.1.0.0/24}\n",
  },
  "moved-partition": {
    pass: `${earlier("HostProfile", "base", `  storage:\n${partitions}`)}---\n${earlier("HostProfile", "worker", `  host_profile: base\n  storage:\n${partitions.replace("50g", "80g")}`)}`,
    fail: `${earlier("HostProfile", "base", `  storage:\n${partitions}`)}---\n${earlier("HostProfile", "worker", `  host_profile: base\n  storage:\n${partitions.replace("sda", "sdb").replace("50g}", "50g} # <- moved-partition")}`)}`,
  },
  "name-in-spec": {
    pass: earlier("Network", "mgmt", "  cidr: 10.1.0.0/24\n"),
    fail: earlier("Network", "mgmt", "  name: mgmt # <- name-in-spec (warning)\n  cidr: 10.1.0.0/24\n"),
  },
  "other-region": {
    pass: `apiVersion: 'v1.0'\nkind: Region\nmetadata: {name: plant7}\n---\napiVersion: 'v1.0'\nkind: Network\nmetadata: {name: mgmt, region: plant7}\n`,
    fail: `apiVersion: 'v1.0'\nkind: Region\nmetadata: {name: plant7}\n---\napiVersion: 'v1.0'\nkind: Network\nmetadata: {name: mgmt, region: plant8} # <- other-region (warning)\n`,
  },
  "split-route": {
    pass: earlier(
      "Network",
      "mgmt",
      "  cidr: 10.1.0.0/24\n  routes:\n  - subnet: 0.0.0.0/0\n    gateway: 10.1.0.1\n    metric: 10\n",
    ),
    fail: earlier(
      "Network",
      "mgmt",
      "  cidr: 10.1.0.0/24\n  routes:\n  - subnet: 0.0.0.0/0\n  - gateway: 10.1.0.1 # <- split-route\n  - metric: 10 # <- split-route\n",
    ),
  },
  "unknown-form": {
    pass: network,
    fail: "name: mgmt # <- unknown-form\ncidr: 10.1.0.0/24\n",
  },
  "unknown-version": {
    pass: network,
    fail: network.replace("bedplate/v1", "bedplate/v2 # <- unknown-version"),
  },
  "unsupported-filter": {
    pass: earlier(
      "BootAction",
      "greet",
      `${asset}  node_filter:\n    filter_set_type: union\n    filter_set:\n    - {filter_type: union, node_tags: [web]}\n`,
    ).replace("'v1.0'", "drydock/v1"),
    fail: earlier(
      "BootAction",
      "greet",
      `${asset}  node_filter:\n    filter_set_type: union\n    filter_set:\n    - filter_type: union\n      rack_labels: {row: a} # <- unsupported-filter\n`,
    ).replace("'v1.0'", "drydock/v1"),
  },
  "wrong-bus": {
    pass: earlier(
      "HardwareProfile",
      "box",
      "  device_aliases:\n    pci:\n    - {alias: nic1, address: 'pci@0000:18:00.0'}\n",
    ),
    fail: earlier(
      "HardwareProfile",
      "box",
      "  device_aliases:\n    pci:\n    - {alias: nic1, address: 'scsi@2:0.0.0'} # <- wrong-bus\n",
    ),
  },
};
