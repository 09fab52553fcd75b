import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

const rack = "---\napiVersion: 'v1.0'\nkind: Rack\n";

/** The sound design with these documents of Bedplate's own form more. */
function withDocuments(...documents: readonly string[]): Edit {
  return [rack, `${documents.map((each) => `---\napiVersion: bedplate/v1\n${each}`).join("")}${rack}`];
}

/** A boot action; lines are indented below `spec:`. */
function action(name: string, ...lines: readonly string[]): string {
  return `kind: BootAction\nmetadata: {name: ${name}}\nspec:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** The sound design with a boot action of one asset, a line for each field. */
function asset(...lines: readonly string[]): readonly Edit[] {
  const [first = "", ...others] = lines;
  return [withDocuments(action("setup", "assets:", `- ${first}`, ...others.map((line) => `  ${line}`)))];
}

/** The sound design with a boot action of one sound asset for some nodes. */
function selecting(...lines: readonly string[]): readonly Edit[] {
  // Of the nodes that are left out there is another action, for everybody.
  return [
    withDocuments(
      action("setup", "nodes:", ...lines.map((line) => `  ${line}`), "assets:", "- {type: file, path: /a, data: x}"),
      action("all", "assets:", "- {type: file, path: /b, data: x}"),
    ),
  ];
}

const tagged: Edit = [
  "    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n",
  "    rack: r1\n    tags: [gpu]\n    owner_data: {team: ai}\n    boot_mac: 52:54:00:07:00:0b\n",
];
const file = ["type: file", "path: /etc/motd"];

/** Examples of the rules about boot actions and selectors. */
export const bootActionExamples: Readonly<Record<string, RuleExamples>> = {
  "asset-content": {
    passes: {
      "a file with data": asset(...file, "data: hello"),
      "a file from elsewhere": asset(...file, "location: https://files.example/motd"),
      packages: asset("type: pkg_list", "packages: {curl: ''}"),
    },
    fails: {
      "a file without a path": asset("type: file # <- asset-content", "data: hello"),
      "a file without content": asset("type: file # <- asset-content", "path: /etc/motd"),
      "a file with two contents": asset(...file, "data: hello", "location: https://f.example/m # <- asset-content"),
      "a list without packages": asset("type: pkg_list # <- asset-content"),
      "a path of packages": asset(
        "type: pkg_list",
        "packages: {curl: ''}",
        "path: /etc/x # <- asset-content (warning)",
      ),
    },
  },
  "asset-data": {
    passes: {
      "base64 of several lines": asset(
        ...file,
        "data: |",
        "  aGVs",
        "  bG8K",
        "data_pipeline: [base64_decode, utf8_decode]",
      ),
      "plain text": asset(...file, "data: not base64!"),
      "base64 that is made on the way": asset(
        ...file,
        "data: héllo!",
        "data_pipeline: [base64_encode, base64_decode, utf8_decode]",
      ),
    },
    fails: {
      "plain text that is decoded": asset(
        ...file,
        "data: not base64! # <- asset-data",
        "data_pipeline: [base64_decode]",
      ),
      "base64 that was cut off": asset(
        ...file,
        "data: aGVsbG8gd29ybGQ # <- asset-data",
        "data_pipeline: [base64_decode]",
      ),
      "bytes that are no text": asset(
        ...file,
        "data: /w== # <- asset-data",
        "data_pipeline: [base64_decode, utf8_decode]",
      ),
    },
  },
  "asset-path": {
    passes: { "an absolute path": asset("type: file", "path: /usr/local/bin/setup", "data: x") },
    fails: {
      "a relative path": asset("type: file", "path: etc/motd # <- asset-path", "data: x"),
      "a path that climbs": asset("type: file", "path: /etc/../root/.ssh/authorized_keys # <- asset-path", "data: x"),
      "a directory": asset("type: file", "path: /etc/motd.d/ # <- asset-path", "data: x"),
    },
  },
  "asset-permissions": {
    passes: {
      "a script": asset(...file, "permissions: '0755'", "data: x"),
      "a unit that others can't read": asset(
        ...["type: unit", "path: /etc/systemd/system/a.service"],
        "permissions: '600'",
        "data: x",
      ),
    },
    fails: {
      "everybody may write": asset(...file, "permissions: '0666' # <- asset-permissions", "data: x"),
      "the rights of root": asset(...file, "permissions: '4755' # <- asset-permissions", "data: x"),
      "nobody may read": asset(...file, "permissions: '0111' # <- asset-permissions", "data: x"),
      "a unit that runs": asset(
        ...[
          "type: unit",
          "path: /etc/systemd/system/a.service",
          "permissions: '0755' # <- asset-permissions",
          "data: x",
        ],
      ),
    },
  },
  "asset-pipeline": {
    passes: {
      "the usual order": asset(...file, "data: aGVsbG8=", "data_pipeline: [base64_decode, utf8_decode, template]"),
      "a template as it stands": asset(...file, "data: hello", "data_pipeline: [template]"),
      "bytes made of a template": asset(...file, "data: hello", "data_pipeline: [utf8_decode, template, utf8_encode]"),
      "a location": asset(
        ...file,
        "location: 'https://f.example/{{ node.hostname }}'",
        "location_pipeline: [template]",
      ),
    },
    fails: {
      "a step with a slip": asset(...file, "data: aGVsbG8=", "data_pipeline:", "- base64_decoed # <- asset-pipeline"),
      "a template of bytes": asset(
        ...[...file, "data: aGVsbG8=", "data_pipeline:", "- base64_decode", "- template # <- asset-pipeline"],
      ),
      "text that is decoded once more": asset(
        ...[
          ...file,
          "data: aGVsbG8=",
          "data_pipeline:",
          "- utf8_encode",
          "- base64_encode",
          "- template # <- asset-pipeline",
        ],
      ),
      "a template that is decoded": asset(
        ...[...file, "data: aGVsbG8=", "data_pipeline:", "- template", "- base64_decode # <- asset-pipeline (warning)"],
      ),
      "a location that is decoded": asset(
        ...[...file, "location: https://f.example/m", "location_pipeline: [base64_decode] # <- asset-pipeline"],
      ),
    },
  },
  "asset-template": {
    passes: {
      "statements and filters": asset(
        ...[...file, "data: |", "  {% for tag in node.tags if tag %}{{ tag | upper }}{% else %}none{%- endfor %}"],
        "data_pipeline: [template]",
      ),
      "braces of another language": asset(...file, "data: '{{ .Values.x }'"),
    },
    fails: {
      "a brace too few": asset(
        ...file,
        "data: 'hello {{ node.hostname }' # <- asset-template",
        "data_pipeline: [template]",
      ),
      "a loop without an end": asset(
        ...[
          ...file,
          "data: | # <- asset-template",
          "  {% for tag in node.tags %}{{ tag }}",
          "data_pipeline: [template]",
        ],
      ),
      "a tag nobody knows": asset(...file, "data: '{% fro x in y %}' # <- asset-template", "data_pipeline: [template]"),
      "a broken template in base64": asset(
        ...[
          ...file,
          "data: e3sgYSBiIH19Cg== # <- asset-template",
          "data_pipeline: [base64_decode, utf8_decode, template]",
        ],
      ),
      "a form of Jinja2 alone": asset(
        ...[...file, "data: '{{ node.tags[0:2] }}' # <- asset-template (warning)", "data_pipeline: [template]"],
      ),
      "a location": asset(
        ...[...file, "location: 'https://f.example/{{ }}' # <- asset-template", "location_pipeline: [template]"],
      ),
    },
  },
  "asset-type": {
    passes: { "a unit": asset("type: unit", "path: /etc/systemd/system/a.timer", "data: x") },
    fails: { none: asset("path: /etc/motd # <- asset-type", "data: x") },
  },
  "boot-action-coverage": {
    passes: {
      "an action for everybody": asset(...file, "data: x"),
      "an action for each": [
        withDocuments(
          action("one", "nodes: {names: [n1]}", "assets:", "- {type: file, path: /a, data: x}"),
          action(
            "two",
            "nodes: {host_profiles: [worker], names: [n2]}",
            "assets:",
            "- {type: file, path: /a, data: x}",
          ),
        ),
      ],
    },
    fails: {
      "a node that is left out": [
        withDocuments(action("one", "nodes: {names: [n1]}", "assets:", "- {type: file, path: /a, data: x}")),
        [
          "apiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n2,",
          "apiVersion: 'v1.0' # <- boot-action-coverage\nkind: BaremetalNode\nmetadata: {name: n2,",
        ],
      ],
    },
  },
  "boot-action-nodes": {
    passes: {
      "a node of the rack": selecting("names: [n1]", "racks: [r1]"),
      alternatives: selecting("any_of: [{names: [n1]}, {racks: [r1]}]"),
    },
    fails: {
      "two nodes at once": selecting("all_of: # <- boot-action-nodes", "- {names: [n1]}", "- {names: [n2]}"),
      "a node of another rack": [
        ...selecting("names: [n1] # <- boot-action-nodes", "racks: [r1]"),
        ["    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n", "    boot_mac: 52:54:00:07:00:0b\n"],
      ],
      "too deep": selecting(
        `any_of: ${"[{any_of: ".repeat(16)}[{racks: [r1]}]${"}]".repeat(16)} # <- boot-action-nodes (error)`,
      ),
    },
  },
  "duplicate-asset-path": {
    passes: {
      "the same file twice": [
        withDocuments(
          action("one", "assets:", "- {type: file, path: /a, data: x}"),
          action("two", "assets:", "- {type: file, path: /a, data: x}"),
        ),
      ],
      "different files of different nodes": [
        withDocuments(
          action("one", "nodes: {names: [n1]}", "assets:", "- {type: file, path: /a, data: x}"),
          action("two", "nodes: {any_of: [{names: [n2]}]}", "assets:", "- {type: file, path: /a, data: y}"),
        ),
      ],
    },
    fails: {
      "different files of two actions": [
        withDocuments(
          action("one", "nodes: {names: [n1]}", "assets:", "- {type: file, path: /a, data: x}"),
          action("two", "assets:", "- {type: file, path: /a, data: y} # <- duplicate-asset-path"),
        ),
      ],
      "different files of one action": [
        withDocuments(
          action(
            ...(["one", "assets:", "- {type: file, path: /a, data: x}"] as const),
            "- {type: file, path: //a, data: y} # <- duplicate-asset-path (error)",
          ),
        ),
      ],
      "actions that name one node both": [
        withDocuments(
          action("one", "nodes: {names: [n1]}", "assets:", "- {type: file, path: /a, data: x}"),
          action("two", "nodes: {names: [n2]}", "assets:", "- {type: file, path: /a, data: y}"),
          action(
            "two2",
            "nodes: {names: [n2]}",
            "assets:",
            "- {type: file, path: /a, data: x} # <- duplicate-asset-path",
          ),
        ),
      ],
    },
  },
  "empty-boot-action": {
    passes: { "an asset": asset(...file, "data: x") },
    fails: {
      "nothing at all": [
        withDocuments(action("setup", "signaling: false")),
        ["apiVersion: bedplate/v1\n", "apiVersion: bedplate/v1 # <- empty-boot-action\n"],
      ],
    },
  },
  "package-version": {
    passes: {
      "versions of every form": asset(
        "type: pkg_list",
        "packages: {curl: '', 2ping: '3.2.1-1', docker-ce: '5:20.10.7~3-0~ubuntu-focal', 'libc6:amd64': '2.39-0ubuntu8'}",
      ),
    },
    fails: {
      "a range": asset("type: pkg_list", "packages: {curl: '>= 7.0'} # <- package-version"),
      "a pattern": asset("type: pkg_list", "packages: {curl: '7.*'} # <- package-version"),
      "no revision": asset("type: pkg_list", "packages: {curl: '7.68'} # <- package-version (warning)"),
      "a name with its version": asset("type: pkg_list", "packages: {'curl=7.68': ''} # <- package-version"),
    },
  },
  "selector-match": {
    passes: {
      "what a node has": [tagged, ...selecting("tags: [gpu]", "labels: {team: ai}", "racks: [r1]")],
    },
    fails: {
      "a tag nobody has": [tagged, ...selecting("tags: [gpus] # <- selector-match")],
      "a label nobody has": [
        tagged,
        ...selecting("any_of:", "- racks: [r1]", "- labels: {team: web} # <- selector-match"),
      ],
      "a rack nobody stands in": selecting("racks:", "- r1", "- r9 # <- selector-match"),
      "a tag that a deployment group asks for": [
        [
          "  domain: plant7.example\n",
          "  domain: plant7.example\n  deployment_groups:\n  - {name: a, selector: {tags: [gpus]}} # <- selector-match\n",
        ],
      ],
    },
  },
  "template-step": {
    passes: {
      "a template that is rendered": asset(...file, "data: '{{ node.hostname }}'", "data_pipeline: [template]"),
      "a template of something else": asset(...file, "data: '{{ .Values.node.hostname }}'"),
    },
    fails: {
      "a template that isn't rendered": asset(...file, "data: '{{ node.hostname }}' # <- template-step"),
      "one in base64": asset(
        ...[...file, "data: e3sgbm9kZS5ob3N0bmFtZSB9fQ== # <- template-step", "data_pipeline: [base64_decode]"],
      ),
    },
  },
  "template-variable": {
    passes: {
      "what there is": asset(
        ...[
          ...file,
          "data: '{{ node.hostname }} {{ node.network.mgmt.ip }} {{ node.network.default.cidr }} {{ own }}'",
        ],
        "data_pipeline: [template]",
      ),
      "a name of the template's own that is like another": asset(
        ...[...file, "data: '{% set mode = {} %}{{ mode.weight }}{{ loop.index }}'", "data_pipeline: [template]"],
      ),
      "a name of the template's own": asset(
        ...[...file, "data: '{% for node in nodes %}{{ node.weight }}{% endfor %}'", "data_pipeline: [template]"],
      ),
    },
    fails: {
      "a slip": asset(...file, "data: '{{ node.hostnam }}' # <- template-variable", "data_pipeline: [template]"),
      "a slip in what is asked": asset(
        ...[...file, "data: '{{ nod.hostname }}' # <- template-variable", "data_pipeline: [template]"],
      ),
      "a slip in a location": asset(
        ...[...file, "location: 'https://f.example/{{ node.hostnam }}' # <- template-variable"],
        "location_pipeline: [template]",
      ),
      "a network nobody has": asset(
        ...[...file, "data: '{{ node.network.mgnt.ip }}' # <- template-variable", "data_pipeline: [template]"],
      ),
      "a slip in what a network has": asset(
        ...[...file, "data: '{{ node.network.mgmt.cdir }}' # <- template-variable", "data_pipeline: [template]"],
      ),
    },
  },
  "unit-name": {
    passes: { "an instance": asset("type: unit", "path: /etc/systemd/system/a@b.service", "data: x") },
    fails: {
      "no suffix": asset("type: unit", "path: /etc/systemd/system/hello # <- unit-name", "data: x"),
      "a drop-in": asset("type: unit", "path: /etc/systemd/system/a.service.d/b.conf # <- unit-name", "data: x"),
      "a place systemd doesn't look at": asset(
        "type: unit",
        "path: /opt/a.service # <- unit-name (warning)",
        "data: x",
      ),
    },
  },
};
