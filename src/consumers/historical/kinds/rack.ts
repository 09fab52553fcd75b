import {
  type MapDraft,
  rename,
  rewrite,
  rewriteMap,
  rewriteMembers,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a rack: switches as a mapping by name, and the two spellings of a switch's controller address. */
export function convertRack(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "tor_switches", (switches) => {
    const members = namedMembers(switches, "name", "tor_switches", item);
    if (switches.kind === "map") item.note("tor_switches", "tor_switches by name are a list");
    return rewriteMembers(members, (one) =>
      rewriteMap(one, (entry) => {
        if (!rename(entry, "sdn_api_url", "sdn_api_uri")) return;
        const path = memberPath("tor_switches", textOf(valueAt(entry, "name")) ?? "");
        item.note(fieldBelow(path, "sdn_api_uri"), "sdn_api_url is sdn_api_uri");
      }),
    );
  });
}
