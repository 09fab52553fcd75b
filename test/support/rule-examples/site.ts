import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

/** The site with more fields; lines are indented below its spec. */
function site(...lines: readonly string[]): readonly Edit[] {
  const domain = "  domain: plant7.example\n";
  return [[domain, `${domain}${lines.map((line) => `  ${line}\n`).join("")}`]];
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHKCdFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1";
const tagged = (list: string): readonly Edit[] => [
  [
    "    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n",
    `    rack: r1\n    tags: ${list}\n    boot_mac: 52:54:00:07:00:0b\n`,
  ],
];

/** The site with deployment groups, a line for each. */
function groups(...lines: readonly string[]): readonly Edit[] {
  return site("deployment_groups:", ...lines.map((line) => `- ${line}`));
}

/** The site with policies of steps, a line for each. */
function steps(...lines: readonly string[]): readonly Edit[] {
  return site("job_policy:", "  steps:", ...lines.map((line) => `  - ${line}`));
}

/** The site with a DNS domain of records, a line for each. */
function records(...lines: readonly string[]): readonly Edit[] {
  return site("dns_domains:", "- name: dc.plant7.example", "  records:", ...lines.map((line) => `  - ${line}`));
}

/** The site with scripts, a line for each. */
function scripts(...lines: readonly string[]): readonly Edit[] {
  return site("scripts:", ...lines.map((line) => `- ${line}`));
}

/** Examples of the rules about the site, and about tags. */
export const siteExamples: Readonly<Record<string, RuleExamples>> = {
  "authorized-key": {
    passes: {
      "a key with a comment": site("authorized_keys:", `- ${key} somebody@plant7`),
      "a key in a block": site("authorized_keys:", "- |", `  ${key}`),
    },
    fails: {
      "a word": site("authorized_keys:", "- somebody # <- authorized-key"),
      "a key that was cut off in front": site(
        "authorized_keys:",
        "- ssh-rsa B3NzaC1yc2EAAA somebody # <- authorized-key",
      ),
      "two keys in one": site("authorized_keys:", "- | # <- authorized-key", `  ${key} one`, `  ${key} two`),
      "a private key": site(
        "authorized_keys:",
        "- | # <- authorized-key",
        "  -----BEGIN OPENSSH PRIVATE KEY-----",
        "  b3Bl",
      ),
    },
  },
  "group-cycle": {
    passes: {
      "groups one after the other": groups(
        "{name: a, selector: {names: [n1]}}",
        "{name: b, selector: {names: [n2]}, depends_on: [a]}",
        "{name: c, selector: {racks: [r1]}, depends_on: [a, b]}",
      ),
    },
    fails: {
      "a group that depends on itself": groups("{name: a, depends_on: [a]} # <- group-cycle"),
      "three in a circle, and one before it": groups(
        "{name: z, depends_on: [a]}",
        "{name: a, depends_on: [b]}",
        "{name: b, depends_on: [c]}",
        "{name: c, depends_on: [a]} # <- group-cycle",
      ),
      "two circles": groups(
        "{name: a, depends_on: [b, c]}",
        "{name: b, depends_on: [a]} # <- group-cycle",
        "{name: c, depends_on: [a]} # <- group-cycle",
      ),
    },
  },
  "group-dependency": {
    passes: { "a group of the site": groups("{name: control}", "{name: compute, depends_on: [control]}") },
    fails: {
      "a slip": groups("{name: control}", "{name: compute, depends_on: [contrl]} # <- group-dependency"),
      "two that nobody has": groups(
        "{name: compute, depends_on: [net, store]} # <- group-dependency, group-dependency",
      ),
    },
  },
  "group-nodes": {
    passes: {
      "a node in its rack": groups("{name: a, selector: {names: [n1], racks: [r1]}}"),
      "one of two": groups("{name: a, selector: {any_of: [{names: [n1]}, {names: [n2]}], racks: [r1]}}"),
      everything: groups("{name: a}"),
    },
    fails: {
      "conditions that contradict each other": groups(
        "{name: a, selector: {names: [n1], all_of: [{names: [n2]}]}} # <- group-nodes (warning)",
      ),
      "a selector too deep": groups(
        `{name: a, selector: ${"{any_of: [".repeat(16)}{names: [n1]}${"]}".repeat(16)}} # <- group-nodes (error)`,
      ),
    },
  },
  "group-requirement": {
    passes: {
      "as many as it names": groups("{name: a, selector: {names: [n1, n2]}, failure: {require_nodes: 2}}"),
      "a share": groups("{name: a, selector: {names: [n1, n2]}, failure: {require_percent: 100}}"),
      "a group that names no node": groups("{name: a, selector: {racks: [r1]}, failure: {require_nodes: 9}}"),
    },
    fails: {
      "more than it names": groups(
        "{name: a, selector: {names: [n1, n2]}, failure: {require_nodes: 3}} # <- group-requirement",
      ),
    },
  },
  "dns-domain": {
    passes: {
      "a domain, and one that is complete": site("dns_domains:", "- {name: a.example}", "- {name: b.example.}"),
    },
    fails: { "an underscore": site("dns_domains:", "- {name: dc_1.example} # <- dns-domain") },
  },
  "dns-record": {
    passes: {
      "one of each type": records(
        ...["{name: www, type: A, data: 10.72.0.9}", "{name: www, type: AAAA, data: 'fd00::9'}"],
        ...["{name: shop, type: CNAME, data: www.dc.plant7.example.}", "{name: '@', type: MX, data: 10 mail}"],
        ...["{name: '@', type: NS, data: ns1.plant7.example.}", "{name: _sip._tcp, type: SRV, data: 0 5 5060 www}"],
        ...["{name: www, type: SSHFP, data: 4 2 c0ffee}", "{name: '*', type: TXT, data: v=spf1 -all}"],
      ),
    },
    fails: {
      "an address of the other kind": records("{name: www, type: A, data: 'fd00::9'} # <- dns-record"),
      "no preference": records("{name: '@', type: MX, data: mail.plant7.example.} # <- dns-record"),
      "a port too many": records("{name: _sip._tcp, type: SRV, data: 0 5 70000 www} # <- dns-record"),
      "two labels": records("{name: www.west, type: A, data: 10.72.0.9} # <- dns-record"),
      "no data": records("{name: www, type: A} # <- dns-record"),
    },
  },
  "duplicate-record": {
    passes: {
      "two addresses and two servers of mail": records(
        ...["{name: www, type: A, data: 10.72.0.9, ttl: 60}", "{name: www, type: A, data: 10.72.0.10, ttl: 60}"],
        ...["{name: '@', type: MX, data: 10 a}", "{name: '@', type: MX, data: 20 b}"],
      ),
    },
    fails: {
      "the same twice": records(
        "{name: www, type: A, data: 10.72.0.9}",
        "{name: WWW, type: A, data: 10.72.0.9} # <- duplicate-record",
      ),
      "an alias and an address": records(
        "{name: www, type: CNAME, data: shop}",
        "{name: www, type: A, data: 10.72.0.9} # <- duplicate-record",
      ),
      "two times": records(
        "{name: www, type: A, data: 10.72.0.9, ttl: 60}",
        "{name: www, type: AAAA, data: 'fd00::9', ttl: 90} # <- duplicate-record",
      ),
    },
  },
  "package-repository": {
    passes: {
      "an archive and a personal one": site(
        ...["repositories:", "- {name: a, repo_type: apt, url: 'https://archive.example/ubuntu'}"],
        "- {name: b, repo_type: apt, url: 'ppa:owner/name'}",
      ),
    },
    fails: {
      "no address": site("repositories:", "- {name: a, repo_type: apt} # <- package-repository"),
      "half an address": site("repositories:", "- {name: a, url: archive.example/ubuntu} # <- package-repository"),
    },
  },
  "policy-patience": {
    passes: {
      "one after the other": steps("{step: deploy, deadline_seconds: 60, give_up_seconds: 60, backoff_ms: 5}"),
      "half of it": steps("{step: deploy, give_up_seconds: 10}"),
    },
    fails: {
      "given up before the deadline": steps(
        "{step: deploy, deadline_seconds: 60, give_up_seconds: 59} # <- policy-patience (warning)",
      ),
      "the longest wait is the shorter one": steps(
        "{step: '*', backoff_ms: 60, backoff_max_ms: 5} # <- policy-patience (warning)",
      ),
    },
  },
  "policy-step": {
    passes: { "a kind of step, and the others": steps("{step: verify-node, attempts: 3}", "{step: '*', attempts: 9}") },
    fails: { "a slip": steps("{step: verify-nodes, attempts: 3} # <- policy-step") },
  },
  "power-driver": {
    passes: {
      "an instance that switches it": site("power_owner: oob_driver", "oob_driver: bmc"),
      "an instance that only looks": site("oob_driver: bmc"),
    },
    fails: { "nobody who switches it": site("power_owner: oob_driver # <- power-driver") },
  },
  "script-choice": {
    passes: {
      "by name and by tag": [
        ...scripts("{name: firmware, tags: [update], content: '#!/bin/sh'}"),
        ["    image: noble\n", "    image: noble\n  provisioning: {commissioning_scripts: [firmware, update]}\n"],
      ],
      "one of MAAS's own": [
        ["    image: noble\n", "    image: noble\n  provisioning: {testing_scripts: [smartctl-short]}\n"],
      ],
    },
    fails: {
      "a slip": [
        ...scripts("{name: firmware, content: '#!/bin/sh'}"),
        [
          "    image: noble\n",
          "    image: noble\n  provisioning: {commissioning_scripts: [firmwares]} # <- script-choice (warning)\n",
        ],
      ],
    },
  },
  "script-content": {
    passes: {
      "a shell's and Python's": scripts(
        "{name: a, content: '#!/bin/sh'}",
        "{name: b, content: '#!/usr/bin/env python3'}",
      ),
    },
    fails: {
      "no interpreter": scripts("{name: a, content: echo hello} # <- script-content"),
      "a blank before the path": scripts("{name: a, content: '#! /bin/sh'} # <- script-content"),
      "no content": scripts("{name: a, title: A} # <- script-content"),
      "a name that means none": scripts("{name: none, content: '#!/bin/sh'} # <- script-content"),
    },
  },
  "tag-definition": {
    passes: {
      "kernel parameters alone": site("tag_definitions:", "- {tag: fast, kernel_opts: quiet}"),
      "quotes and brackets": site(
        ...[
          "tag_definitions:",
          `- {tag: gpu, definition_type: lshw_xpath, definition: '//node[@id="display"]/node[(.="a]")]'}`,
        ],
      ),
    },
    fails: {
      "no rule": site("tag_definitions:", "- {tag: gpu, definition_type: lshw_xpath} # <- tag-definition"),
      "a bracket that isn't closed": site(
        "tag_definitions:",
        "- {tag: gpu, definition: '//node[@id'} # <- tag-definition",
      ),
      "a quote that isn't closed": site(
        "tag_definitions:",
        "- {tag: gpu, definition: '//node[@id=\"x]'} # <- tag-definition",
      ),
    },
  },
  "tag-name": {
    passes: { "letters, digits, hyphens and underscores": tagged("[gpu_2, fast-disk]") },
    fails: { "a blank and a colon": tagged("['fast disk', 'team:ai'] # <- tag-name, tag-name") },
  },
};
