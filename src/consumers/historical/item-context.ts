import type { MapDraft } from "../reading/map-draft.ts";
import type { Problem } from "../reading/problems.ts";

/** The disk a partition is on by inheritance. */
export interface InheritedDevice {
  readonly device: string;
}

/** What the rewriting of one item may use beside the item's fields. */
export interface ItemContext {
  /** False when the text broke off inside the item. */
  readonly complete: boolean;
  /** Notes what was rewritten: the path of the field in the item's terms, and how. */
  note(field: string, message: string): void;
  /** Reports a problem of this item. */
  report(problem: Problem): void;
  /** The disk of a partition of that name, or of the boot drive when no name is given, as the item's other documents and its profiles have it. */
  inheritedDevice(partition?: string): InheritedDevice | undefined;
}

/** Rewrites the fields of one item into those of its kind, in place. */
export type Convert = (fields: MapDraft, item: ItemContext) => void;
