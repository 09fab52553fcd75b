import type { YamlDocument, YamlMap } from "../../yaml/node.ts";
import type { FormReader, Owner } from "../reading/form-reader.ts";
import { entryOf, mapOf, textOf, valueAt } from "../reading/map-draft.ts";
import { readName } from "../reading/names.ts";
import type { PartContext } from "../reading/part-context.ts";
import { readEnvelope, schemaOf } from "./envelope.ts";
import { type HeldDocument, heldProblems } from "./held-document.ts";
import { formId, itemDocument } from "./item-document.ts";
import { labelTable } from "./labels.ts";
import type { RawDocument } from "./raw-document.ts";
import { kindOfSchema } from "./schema-kind.ts";
import { finishSite } from "./site.ts";

/**
 * A reader of documents with a `schema`, metadata and data, as Deckhand keeps them ("airship-c"): rendered ones, and raw ones, which it layers and substitutes
 * into. Documents of other tools are left alone, but count as sources.
 */
export function createAirshipReader(): FormReader {
  const held: HeldDocument[] = [];
  const labels = labelTable();

  function read(document: YamlDocument, root: YamlMap, { complete, problems: file }: PartContext): readonly Owner[] {
    const { firstLine } = document;
    const schema = schemaOf(root);
    if (schema === undefined) {
      file.add({
        rule: "invalid-schema",
        severity: "error",
        message: "found a document without a schema, expected one such as drydock/Network/v1",
        hint: "add schema: above metadata:",
        at: valueAt(root, "schema")?.position ?? root.position,
      });
      return [];
    }
    const problems = heldProblems(file);
    const kind = kindOfSchema(schema, problems);
    const raw = readEnvelope(document, root, { order: held.length, schema, kind, labels, complete, file });
    if (kind === undefined) {
      held.push({ raw, problems, document: undefined, isNamed: false });
      return [{ firstLine, item: undefined }];
    }
    const missing = complete ? raw.nameAt : undefined;
    const name = readName(raw.nameNode, kind, 'add "name:" below "metadata:"', missing, problems);
    const isPlain = name !== undefined && needsNothing(raw);
    const data = valueAt(root, "data");
    held.push({
      raw,
      problems,
      isNamed: name !== undefined,
      document: isPlain
        ? itemDocument({ kind, name, data, at: raw.at, nameAt: raw.nameAt, complete, problems, rendered: false })
        : undefined,
    });
    return [{ firstLine, item: name === undefined ? undefined : { kind, name } }];
  }

  return {
    forms: [formId],
    claims: (root) => !isOfOtherForm(root) && (schemaOf(root) !== undefined || lacksOnlySchema(root)),
    read,
    finish() {
      const documents = finishSite(held);
      held.length = 0;
      return documents;
    },
  };
}

/** Whether a document is what it will be, whatever others say: most of a rendered site are, and their data needn't be kept. */
function needsNothing({ abstract, selector, substitutions, replacementAt }: RawDocument): boolean {
  return !abstract && selector === undefined && substitutions.length === 0 && replacementAt === undefined;
}

/** Whether a document has the envelope of another form, in which a schema is a key too much. */
function isOfOtherForm(root: YamlMap): boolean {
  return entryOf(root, "apiVersion") !== undefined && entryOf(root, "kind") !== undefined;
}

function lacksOnlySchema(root: YamlMap): boolean {
  const metadata = mapOf(root, "metadata");
  const of = metadata === undefined ? undefined : textOf(valueAt(metadata, "schema"));
  return of?.startsWith("metadata/") === true;
}
