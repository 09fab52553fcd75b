import { type PageRequest, pageStart, strangeToken } from "../page.ts";
import type { OrderedPlace } from "./order-by.ts";
import { isOrderValue } from "./order-value.ts";

/** Where a page of an ordered list begins. */
export interface PlaceStart {
  readonly revision: bigint;
  readonly after: OrderedPlace;
  /** Whether the list is one of the head, of whose nodes the state is known, though the head may have moved on. */
  readonly ofHead: boolean;
}

const KEYS = 4;

/** The parts of a page token for a place. */
export function placeKey({ values, kind, name }: OrderedPlace, ofHead: boolean): readonly string[] {
  return [ofHead ? "head" : "", kind, name, JSON.stringify(values)];
}

/** Where the page a request asks for begins; undefined for the first. Throws INVALID_ARGUMENT for a token that belongs to another list, or is none. */
export function placeStart(request: PageRequest, query: readonly unknown[]): PlaceStart | undefined {
  const start = pageStart(request, query, KEYS);
  if (start === undefined) return undefined;
  const [ofHead, kind = "", name = "", text = ""] = start.after;
  return { revision: start.revision, ofHead: ofHead === "head", after: { kind, name, values: valuesOf(text) } };
}

function valuesOf(text: string): OrderedPlace["values"] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw strangeToken();
  }
  if (!Array.isArray(values) || !values.every(isOrderValue)) throw strangeToken();
  return values;
}
