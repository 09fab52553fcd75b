import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DocumentSchema } from "../gen/bedplate/design/v1/document_pb.js";
import type { Took } from "./work-clock.ts";

/** A document as a client sends it. */
export type DocumentInit = MessageInitShape<typeof DocumentSchema>;

/** What one kind of call took, and the least it could have taken: medians. */
export interface Compared {
  readonly what: string;
  readonly took: Took;
  readonly limit: Took;
  readonly limitIs: string;
  /** The same in the small design; absent where there is nothing to compare. */
  readonly inSmall?: Took;
  /** How many times the limit it may take; absent where no budget says. */
  readonly most?: number;
}

/** The counters of a change of one node, in a small design and in a large one. */
export interface CountedChange {
  readonly what: string;
  readonly small: Readonly<Record<string, number>>;
  readonly large: Readonly<Record<string, number>>;
}

/** What a run of the bench on one database found. */
export interface StateMeasurement {
  readonly sizes: readonly [small: number, large: number];
  readonly compared: readonly Compared[];
  readonly counted: readonly CountedChange[];
  /** RPCs that answered that they are not built yet. */
  readonly missing: readonly string[];
  /** Peak memory of the process over what it held with the database open and empty, in MiB. */
  readonly memory: number;
}
