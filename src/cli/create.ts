import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { declarationUri } from "../design/declaration-text.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Document } from "../design/document.ts";
import type { ExitCode } from "./exit-code.ts";
import { type ChangeOptions, commonRequest } from "./items/change-options.ts";
import { movedPlaces } from "./items/moved-places.ts";
import { onlyLayer, printChange, printRefusal } from "./items/print-change.ts";
import { readDocuments } from "./items/read-documents.ts";
import { sentDocument } from "./items/sent-document.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate create`. */
export interface CreateOptions extends ChangeOptions {
  /** The file with the items; "-" for standard input. */
  readonly file: string;
}

/** `bedplate create -f FILE`: creates the items of a file in a layer of API clients, all of them in one revision, or none. */
export async function create(options: CreateOptions): Promise<ExitCode> {
  const { documents, isFile } = await readDocuments(options.file);
  const parts = [...new Set(documents.map(({ part }) => part))].filter((part) => part !== "");
  const layer = onlyLayer(options.layer, parts, documents.length === 1 ? itemOf(documents[0]) : options.file);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const operations = documents.map((document) => {
      return { operation: { case: "create" as const, value: sentDocument(document, isFile) } };
    });
    try {
      const answer = await state.batchChangeItems({
        ...commonRequest(options, `create ${whatOf(documents)}`),
        layer,
        operations,
      });
      const items = documents.map(({ kind, name }) => ({ kind, name, done: "created" as const }));
      return await printChange(answer, items, layer, options);
    } catch (error) {
      const hint = "mend them, or create the items nevertheless with --allow-invalid";
      return await printRefusal(error, options, hint, isFile ? undefined : placesOf(documents, layer));
    }
  });
}

/** The first items by name, and how many more there are. */
function whatOf(documents: readonly Document[]): string {
  const named = documents.slice(0, 3).map(itemOf).join(", ");
  return documents.length > 3 ? `${named} and ${documents.length - 3} more` : named;
}

function itemOf(document: Document | undefined): string {
  return `${document?.kind}/${document?.name}`;
}

function placesOf(documents: readonly Document[], layer: string): (diagnostic: Diagnostic) => Diagnostic {
  const moves = documents.map((document) => movedPlaces(document, declarationUri(layer, document)));
  return (diagnostic) => moves.reduce((moved, move) => move(moved), diagnostic);
}
