import type { Json } from "../client/json.ts";

/** Which kinds of groups a machine's JSON says it has; undefined where it says nothing. */
export interface StackLists {
  readonly groups: boolean | undefined;
  readonly raids: boolean | undefined;
  readonly bcaches: boolean | undefined;
  readonly cacheSets: boolean | undefined;
}

/** Reads which lists of a machine's JSON have members, which may be mere names. */
export function readStackLists(json: Json): StackLists {
  const has = (list: unknown) => (Array.isArray(list) ? list.length > 0 : undefined);
  return {
    groups: has(json.volume_groups),
    raids: has(json.raids),
    bcaches: has(json.bcaches),
    cacheSets: has(json.cache_sets),
  };
}
