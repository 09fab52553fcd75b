import type { Document } from "../../design/document.ts";
import { type Declaration, toDocument } from "../historical/declaration.ts";
import { partitionDevices } from "../historical/partition-devices.ts";
import { mapOf, valueAt } from "../reading/map-draft.ts";
import type { EnvelopedDeclaration } from "./form-b.ts";
import { regionCheck } from "./regions.ts";

/** Brings together what files declare. */
export interface Gatherer {
  add(declaration: EnvelopedDeclaration): void;
  /** The documents, in the order they were added; `others` are those of other forms. Nothing may be added afterwards. */
  finish(others: readonly (readonly Document[])[]): readonly Document[];
}

/** A gatherer of nothing yet. Declarations are rewritten at once and let go, but for those that need to know what others declare. */
export function createGatherer(): Gatherer {
  const documents: (Document | undefined)[] = [];
  const waiting: { readonly index: number; readonly declaration: Declaration }[] = [];
  const devices = partitionDevices();
  const regions = regionCheck();
  const rewritten = (declaration: Declaration) =>
    toDocument(declaration, (partition) => devices.find(declaration, partition));
  return {
    add(declaration) {
      devices.note(declaration);
      regions.note(declaration);
      const storage = mapOf(declaration.body, "storage");
      const waits = storage !== undefined && valueAt(storage, "partitions") !== undefined;
      if (waits) waiting.push({ index: documents.length, declaration });
      documents.push(waits ? undefined : rewritten(declaration));
    },
    finish(others) {
      regions.report();
      if (waiting.length > 0) for (const document of others.flat()) devices.noteDocument(document);
      for (const { index, declaration } of waiting) documents[index] = rewritten(declaration);
      return documents.filter((document) => document !== undefined);
    },
  };
}
