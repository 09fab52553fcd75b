import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { generateAirship } from "../../bench/generate-airship.ts";
import { generateEnvelopes } from "../../bench/generate-envelopes.ts";
import { generateOwnForm } from "../../bench/generate-own-form.ts";
import { soundDesign } from "../support/sound-design.ts";
import type { InputFile } from "./input.ts";

const root = join(import.meta.dirname, "..", "..");
// The historical files live beside the repository, where they are at all.
const corpus = join(root, "..", "shared", "corpus");

/** The designs of which mutations are made: each a set of files that belong together, of every form there is. */
export function startingInputs(): readonly (readonly InputFile[])[] {
  const generated = [generateOwnForm(3), generateAirship(3), generateEnvelopes(3), soundDesign, declarations];
  return [
    ...generated.map((text, index) => [{ uri: `generated${index}.yaml`, text }]),
    wholeTree(join(root, "examples", "airship")),
    ...[join(root, "examples"), corpus].filter((folder) => existsSync(folder)).flatMap(designsBelow),
  ];
}

/** All files of a tree whose folders belong together. */
function wholeTree(folder: string): InputFile[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return names
    .sort()
    .map((name) => ({ uri: relative(root, join(folder, name)), text: readFileSync(join(folder, name), "utf8") }));
}

/** The files of each folder, and each of them alone. */
function designsBelow(folder: string): InputFile[][] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => entry.name);
  const read = files.map((name) => ({
    uri: relative(root, join(folder, name)),
    text: readFileSync(join(folder, name), "utf8"),
  }));
  const alone = read.length > 1 ? read.map((file) => [file]) : [];
  const below = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
  const together = read.length > 0 ? [read] : [];
  return [...together, ...alone, ...below.flatMap((entry) => designsBelow(join(folder, entry.name)))];
}

/** What no example of a site has: layers, a kind of its own with an item, and a rule. */
const declarations = `---
apiVersion: bedplate/v1
kind: Layer
metadata: {name: formation}
spec: {rank: 20, role: formation}
---
apiVersion: bedplate/v1
kind: CustomKind
metadata: {name: Firewall.acme.example}
spec:
  json_schema:
    type: object
    properties:
      address: {type: string, maxLength: 64}
      zones: {type: array, items: {type: object, properties: {name: {type: string}, level: {type: integer}}}}
---
apiVersion: bedplate/v1
kind: Firewall.acme.example
metadata: {name: edge, layer: formation}
spec:
  address: 10.0.0.1
  zones: [{name: inner, level: 3}]
---
apiVersion: bedplate/v1
kind: Rule
metadata: {name: short-names}
spec:
  kinds: [Node]
  expression: size(name) < 16
  message: the name is too long
---
apiVersion: bedplate/v1
kind: Node
metadata: {name: n1}
spec:
  boot_mac: 52:54:00:00:00:01
  addressing: &x
  - {network: mgmt, address: 10.1.0.5}
---
apiVersion: bedplate/v1
kind: BootAction
metadata: {name: tune}
spec:
  nodes: {any_of: [{names: [n1]}, {tags: [a, '!b']}]}
  assets:
  - {type: file, path: /etc/motd, permissions: '0644', data: "{{ node.name }}"}
`;
