import type { Document } from "../../design/document.ts";
import type { FormReader } from "../reading/form-reader.ts";
import { isOurs, readOwnDocument } from "./read-document.ts";

/** A reader of Bedplate's own form: a document for each item, `apiVersion: bedplate/v1`, in the field names of the contract. */
export function createBedplateReader(): FormReader {
  const documents: Document[] = [];
  return {
    forms: ["bedplate-v1"],
    claims: isOurs,
    read({ firstLine }, root, context) {
      const document = readOwnDocument(root, context);
      if (document === undefined) return [];
      documents.push(document);
      return [{ firstLine, item: { kind: document.kind, name: document.name } }];
    },
    finish: () => documents,
  };
}
