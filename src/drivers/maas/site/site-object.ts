import { digestOf } from "../digest.ts";
import type { Fact } from "../precondition.ts";
import { oneLine } from "../text.ts";

/** An object of MAAS a design can speak of; its `key` is its type and name. */
export interface SiteObject extends Fact {
  readonly type: string;
  readonly name: string;
  readonly summary: string;
}

/** An object with what a design can say of it. */
export function siteObject(
  type: string,
  name: string,
  said: Readonly<Record<string, string | number | boolean>>,
): SiteObject {
  const summary = Object.entries(said)
    .map(([field, value]) => `${field} ${value === "" ? "-" : value}`)
    .join(", ");
  return { key: `${type} ${name}`, type, name, summary: oneLine(summary, 2048), digest: digestOf(said) };
}
