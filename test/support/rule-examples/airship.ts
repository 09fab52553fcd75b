import type { TextExample } from "./text-examples.ts";

const policyOf = (order: string, name = "layering-policy") =>
  `schema: deckhand/LayeringPolicy/v1\nmetadata: {schema: metadata/Control/v1, name: ${name}}\ndata: {layerOrder: ${order}}\n`;
const policy = policyOf("[global, site]");

/** A document in its envelope; `more` are lines of its metadata. */
function enveloped(schema: string, name: string, layering: string, data: string, more = ""): string {
  return `schema: ${schema}\nmetadata:\n  schema: metadata/Document/v1\n  name: ${name}\n  storagePolicy: cleartext\n${more}  layeringDefinition:${layering}\ndata:${data}\n`;
}

const profile = (name: string, layering: string, data: string, more = "") =>
  enveloped("drydock/HostProfile/v1", name, layering, data, more);
const several = (...documents: readonly string[]) => documents.join("---\n");

const parent = profile("base", " {layer: global}", " {platform: {image: jammy}}", "  labels: {role: base}\n");
const childOf = (selector: string, action: string, data = " {platform: {image: noble}}") =>
  profile("worker", `\n    layer: site\n    parentSelector: ${selector}\n    actions:\n    - ${action}`, data);
const child = childOf("{role: base}", "{method: merge, path: .platform}");
const layered = several(policy, parent, child);
const passphrase = enveloped("deckhand/Passphrase/v1", "ipmi", " {layer: site}", " sword-fish");
const takes = (substitution: string, data = " {platform: {image: IMAGE}}", name = "worker") =>
  profile(name, " {layer: site}", data, `  substitutions:\n${substitution}`);
const release = enveloped(
  "drydock/HostProfile/v1",
  "release",
  " {layer: site}",
  " {platform: {image: noble, kernel: ga-24.04}}",
);
const imageFrom = (source: string, destination: string) => takes(`  - src: ${source}\n    dest: ${destination}\n`);
const source = "{schema: drydock/HostProfile/v1, name: release, path: .platform.image}";
const substituted = several(policy, release, imageFrom(source, "{path: .platform.image}"));
const dataSchema = (schema: string) =>
  `schema: deckhand/DataSchema/v1\nmetadata: {schema: metadata/Control/v1, name: drydock/HostProfile/v1}\ndata: ${schema}\n`;

/** Examples of the rules about documents of the Airship form and their layering. */
export const airshipExamples: Readonly<Record<string, TextExample>> = {
  "data-schema": {
    pass: several(policy, dataSchema("{type: object, required: [platform]}"), parent),
    fail: several(
      policy,
      dataSchema("{type: object, properties: {platform: {required: [kernel]}}}"),
      profile("base", " {layer: global}", "\n  platform: {image: jammy} # <- data-schema", ""),
    ),
  },
  "deckhand-differs": {
    pass: layered,
    fail: several(policy, parent, childOf("{role: base}", "{method: merge, path: $} # <- deckhand-differs (warning)")),
  },
  "duplicate-layering-policy": {
    pass: layered,
    fail: several(
      policy,
      policyOf("[global, site]", "other").replace("other}", "other} # <- duplicate-layering-policy (warning)"),
      parent,
    ),
  },
  "encryption-source-not-found": {
    pass: substituted,
    fail: several(
      policy,
      passphrase
        .replace("cleartext", "encrypted")
        .replace("sword-fish", "https://barbican.example/v1/secrets/01234567-89ab-cdef-0123-456789abcdef"),
      takes(
        "  - src:\n      schema: deckhand/Passphrase/v1\n      name: ipmi # <- encryption-source-not-found\n      path: .\n    dest: {path: .oob.credential}\n",
        " {}",
      ),
    ),
  },
  "indeterminate-document-parent": {
    pass: layered,
    fail: several(
      policy,
      parent,
      parent.replace("name: base", "name: other"),
      childOf("{role: base} # <- indeterminate-document-parent", "{method: merge, path: .platform}"),
    ),
  },
  "invalid-data-schema": {
    pass: several(policy, dataSchema("{type: object}"), parent),
    fail: several(policy, dataSchema("{type: thing} # <- invalid-data-schema"), parent),
  },
  "invalid-document-layer": {
    pass: layered,
    fail: several(policy, profile("base", " {layer: sight} # <- invalid-document-layer", " {}")),
  },
  "invalid-document-parent": {
    pass: layered,
    fail: several(
      policy,
      parent.replace("layer: global", "layer: site"),
      childOf("{role: base} # <- invalid-document-parent", "{method: merge, path: .platform}"),
    ),
  },
  "invalid-document-replacement": {
    pass: layered,
    fail: several(
      policy,
      profile("base", " {layer: site}", " {}", "  replacement: true # <- invalid-document-replacement\n"),
    ),
  },
  "invalid-envelope": {
    pass: layered,
    fail: several(policy, parent.replace("cleartext", "clear # <- invalid-envelope")),
  },
  "invalid-layering-policy": {
    pass: layered,
    fail: several(
      policyOf("[global, global] # <- invalid-layering-policy").replace(
        "{layerOrder: [global, global] # <- invalid-layering-policy}",
        "{layerOrder: [global, global]} # <- invalid-layering-policy",
      ),
      parent,
    ),
  },
  "invalid-path": {
    pass: layered,
    fail: several(policy, parent, childOf("{role: base}", "{method: merge, path: '.platform[x]'} # <- invalid-path")),
  },
  "invalid-schema": {
    pass: layered,
    fail: several(policy, parent.replace("drydock/HostProfile/v1", "drydok/HostProfile/v1 # <- invalid-schema")),
  },
  "layering-policy-not-found": {
    pass: layered,
    fail: several(
      parent
        .replace("name: base", "name: base # <- layering-policy-not-found")
        .replace("layer: global", "layer: global, abstract: true"),
      child,
    ),
  },
  "missing-document-key": {
    pass: layered,
    fail: several(
      policy,
      parent,
      childOf("{role: base}", "{method: delete, path: .storage} # <- missing-document-key"),
    ),
  },
  "no-parent": {
    pass: layered,
    fail: several(policy, parent, childOf("{role: bass} # <- no-parent (warning)", "{method: merge, path: .platform}")),
  },
  "pattern-without-match": {
    pass: substituted,
    fail: several(
      policy,
      release,
      imageFrom(
        source.replace("image}", "image, pattern: jam+y} # <- pattern-without-match (warning)"),
        "{path: .platform.image}",
      ),
    ),
  },
  "secret-shown": {
    pass: substituted,
    fail: several(
      policy,
      passphrase,
      takes(
        "  - src: {schema: deckhand/Passphrase/v1, name: ipmi, path: .} # <- secret-shown (error)\n    dest: {path: .platform.image}\n",
      ),
    ),
  },
  "substitution-dependency-cycle": {
    pass: substituted,
    fail: several(
      policy,
      takes(
        "  - src: {schema: drydock/HostProfile/v1, name: worker, path: .platform.kernel} # <- substitution-dependency-cycle\n    dest: {path: .platform.image}\n",
      ),
    ),
  },
  "substitution-source-data-not-found": {
    pass: substituted,
    fail: several(
      policy,
      release,
      imageFrom(source.replace("image}", "imgae} # <- substitution-source-data-not-found"), "{path: .platform.image}"),
    ),
  },
  "substitution-source-not-found": {
    pass: substituted,
    fail: several(
      policy,
      release,
      imageFrom(
        source.replace("release", "relaese").replace(/$/, " # <- substitution-source-not-found"),
        "{path: .platform.image}",
      ),
    ),
  },
  "unknown-substitution-error": {
    pass: substituted,
    fail: several(policy, release, imageFrom(source, "{path: platform.image} # <- unknown-substitution-error")),
  },
  "unsupported-action-method": {
    pass: layered,
    fail: several(
      policy,
      parent,
      childOf("{role: base}", "{method: append, path: .platform} # <- unsupported-action-method"),
    ),
  },
};
