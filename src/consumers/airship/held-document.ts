import type { Document } from "../../design/document.ts";
import type { Problem, Problems } from "../reading/problems.ts";
import type { RawDocument } from "./raw-document.ts";

/** The problems of one document, kept until it is known whether the document counts. */
export interface HeldProblems extends Problems {
  /** Hands them over to the file's. */
  release(): void;
}

/** A document that was read, and what became of it at once. */
export interface HeldDocument {
  readonly raw: RawDocument;
  readonly problems: HeldProblems;
  /** The item it declares, where nothing needs to be done to its data. */
  readonly document: Document | undefined;
  /** Whether an item can have its name; where none can, that is reported already. */
  readonly isNamed: boolean;
}

/** An empty collection for a document of that file. */
export function heldProblems(file: Problems): HeldProblems {
  let held: Problem[] | undefined;
  return {
    uri: file.uri,
    add(problem) {
      held ??= [];
      held.push(problem);
    },
    diagnostics: () => [],
    release() {
      for (const problem of held ?? []) file.add(problem);
      held = undefined;
    },
  };
}
