import type { SourceLocation } from "../../src/design/diagnostic.ts";
import type { Tree } from "../../src/design/tree.ts";
import type { YamlNode } from "../../src/yaml/node.ts";
import { readYaml } from "../../src/yaml/read-yaml.ts";

/** Tells what stands at a place of YAML files. */
export interface SourceTexts {
  /** Whether the scalar or key at a place, read by the type of the value, is the value; or the value's text stands there inside a longer one. */
  says(location: SourceLocation, value: Tree): boolean;
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** Reads files once; every scalar and key is known by where it begins. */
export function sourceTexts(files: Readonly<Record<string, string>>): SourceTexts {
  const scalars = new Map<string, { readonly text: string; readonly value: Tree }>();
  const lines = new Map(Object.entries(files).map(([uri, text]) => [uri, text.split("\n")]));
  for (const [uri, text] of Object.entries(files)) {
    const visit = (node: YamlNode) => {
      const at = `${uri}:${node.position.line}:${node.position.column}`;
      if (node.kind === "scalar") scalars.set(at, node);
      else if (node.kind === "list") node.items.forEach(visit);
      else {
        for (const { key, keyPosition, value } of node.entries) {
          scalars.set(`${uri}:${keyPosition.line}:${keyPosition.column}`, { text: key, value: key });
          visit(value);
        }
      }
    };
    for (const { root } of readYaml({ uri, text }).documents) if (root !== null) visit(root);
  }
  return {
    says({ uri, line, column }, value) {
      const scalar = scalars.get(`${uri}:${line}:${column}`);
      if (scalar !== undefined && isSame(scalar, value)) return true;
      const rest = [...(lines.get(uri)?.[line - 1] ?? "")].slice(column - 1).join("");
      return rest.startsWith(String(value));
    },
  };
}

function isSame({ text, value: read }: { readonly text: string; readonly value: Tree }, value: Tree): boolean {
  if (typeof value === "string") return text === value || read === value;
  if (typeof value === "boolean") return read === value || words[text.toLowerCase()] === value;
  return read === value || Number(text) === value;
}
