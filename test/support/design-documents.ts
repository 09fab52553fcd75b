import type { Document } from "../../src/design/document.ts";
import type { LayeredDocument } from "../../src/design/evaluate-design.ts";
import type { SourceNode } from "../../src/design/source-node.ts";
import { isTreeMap, type Tree } from "../../src/design/tree.ts";
import { nodeToPlain } from "../../src/yaml/node-to-plain.ts";
import { readYaml } from "../../src/yaml/read-yaml.ts";

/**
 * Reads documents written as `{kind, name, layer?, spec}`, one YAML document each, with the places of their values as a consumer gives them. `layer` is
 * "design" when not written.
 */
export function designDocuments(text: string, uri = "site.yaml"): readonly LayeredDocument[] {
  return readYaml({ uri, text }).documents.flatMap(({ root, position, complete }) => {
    if (root === null) return [];
    const { tree, source } = nodeToPlain(root);
    if (!isTreeMap(tree as Tree)) throw new Error(`${uri}:${position.line}: expected a record`);
    const { kind, name, layer = "design", spec, form = "test" } = tree as Record<string, Tree>;
    const document: Document = {
      kind: String(kind),
      name: String(name),
      spec: isTreeMap(spec) ? spec : {},
      location: { uri, line: position.line, column: position.column },
      source: source.fields?.spec ?? (source as SourceNode),
      part: "",
      complete,
      form: String(form),
      conversions: [],
    };
    return [{ layer: String(layer), document }];
  });
}
