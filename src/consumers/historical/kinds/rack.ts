import { type MapDraft, rename, rewrite, rewriteMap, rewriteMembers } from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a rack: switches as a mapping by name, and the two spellings of a switch's controller address. */
export function convertRack(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "tor_switches", (switches) =>
    rewriteMembers(namedMembers(switches, "name", "tor_switches", item), (one) =>
      rewriteMap(one, (entry) => void rename(entry, "sdn_api_url", "sdn_api_uri")),
    ),
  );
}
