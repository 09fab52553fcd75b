import type { FieldChange } from "../design/diff.ts";
import type { ValueOrigin } from "../design/value-origin.ts";
import { place, visible } from "./diagnostics.ts";
import { colored } from "./output.ts";

/** One difference of an item, or of a layer's declaration of it; values as plain data, absent on the side without it. */
export interface Difference {
  readonly kind: string;
  readonly name: string;
  /** Empty for effective items. */
  readonly layer: string;
  /** Empty for the whole item. */
  readonly path: string;
  readonly change: "added" | "changed" | "deleted";
  readonly before?: unknown;
  readonly after?: unknown;
  readonly beforeOrigin?: ValueOrigin | undefined;
  readonly afterOrigin?: ValueOrigin | undefined;
}

const LONGEST_SHOWN = 160;

/** The word for what a change did. */
export function changeWord(type: FieldChange["type"]): Difference["change"] {
  return type === "added" ? "added" : type === "removed" ? "deleted" : "changed";
}

/** A difference for programs: every key is there, null where there is nothing. */
export function differenceValue({ kind, name, layer, path, change, ...sides }: Difference) {
  return {
    ...{ kind, name, layer, path, change },
    before: sides.before ?? null,
    after: sides.after ?? null,
    before_origin: originValue(sides.beforeOrigin),
    after_origin: originValue(sides.afterOrigin),
  };
}

function originValue(origin: ValueOrigin | undefined) {
  if (origin === undefined) return null;
  const { location, item, layer = "", rule = "" } = origin;
  return {
    location: location === undefined ? null : { uri: location.uri, line: location.line, column: location.column },
    ...{ item, layer, rule },
  };
}

/** A difference for people, on one line: `Node/ctl01 platform.image: "a" -> "b" (file:line:column)`. */
export function differenceLine(difference: Difference): string {
  const { kind, name, layer } = difference;
  const where = layer === "" ? "" : ` in ${layer}`;
  return `${visible(`${kind}/${name}`)}${colored(visible(where), "dim")} ${changeText(difference)}`;
}

/** What a difference says beside the item it is of. */
export function changeText({ path, change, before, after, beforeOrigin, afterOrigin }: Difference): string {
  const origin = change === "deleted" ? beforeOrigin : afterOrigin;
  const from = origin === undefined ? "" : colored(visible(` (${originText(origin)})`), "dim");
  if (path === "") return `${signed(change, `was ${change}`)}${from}`;
  const text =
    change === "added"
      ? `added ${shown(after)}`
      : change === "deleted"
        ? `deleted ${shown(before)}`
        : `${shown(before)} -> ${shown(after)}`;
  return `${visible(path)}: ${signed(change, text)}${from}`;
}

function signed(change: Difference["change"], text: string): string {
  return change === "changed" ? text : colored(text, change === "added" ? "green" : "red");
}

function originText({ location, rule, item }: ValueOrigin): string {
  return location === undefined ? `rule ${rule ?? "unknown"} of ${item}` : place(location);
}

function shown(value: unknown): string {
  const text = visible(JSON.stringify(value ?? null));
  const points = [...text];
  return points.length <= LONGEST_SHOWN ? text : `${points.slice(0, LONGEST_SHOWN).join("")}…`;
}
