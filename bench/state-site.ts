import { readDesignFiles } from "../src/consumers/read-design-files.ts";
import { documentToMessage } from "../src/design/to-message.ts";
import { type ModelItem, siteModel } from "./site-model.ts";
import type { DocumentInit } from "./state-result.ts";
import { writeFields } from "./write-yaml.ts";

const ITEMS_PER_FILE = 500;

/** The documents of a generated site of that many nodes as a client sends them: read from YAML files, with the place of every value. */
export function siteDocuments(nodes: number): readonly DocumentInit[] {
  const items = [...siteModel(nodes)];
  const documents: DocumentInit[] = [];
  for (let from = 0; from < items.length; from += ITEMS_PER_FILE) {
    documents.push(...readItems(items.slice(from, from + ITEMS_PER_FILE), `part-${from / ITEMS_PER_FILE}.yaml`));
  }
  return documents;
}

/** One node of a site, perhaps with other fields, as if its file had been edited there. */
export function nodeDocument(nodes: number, index: number, change: ModelItem["spec"] = {}): DocumentInit {
  const name = `n${String(index).padStart(5, "0")}`;
  for (const item of siteModel(nodes)) {
    if (item.kind !== "Node" || item.name !== name) continue;
    const [document] = readItems([{ ...item, spec: { ...item.spec, ...change } }], "edited.yaml");
    if (document !== undefined) return document;
  }
  throw new Error(`a site of ${nodes} nodes has no ${name}`);
}

function readItems(items: readonly ModelItem[], uri: string): readonly DocumentInit[] {
  const text = items
    .map(({ kind, name, spec }) => {
      const head = `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n`;
      return head + writeFields(spec, 2);
    })
    .join("");
  const { documents, diagnostics } = readDesignFiles([{ uri, text }]);
  if (diagnostics.length > 0) throw new Error(`the generated site has a problem: ${diagnostics[0]?.message}`);
  return documents.map(documentToMessage);
}
