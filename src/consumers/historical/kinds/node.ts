import {
  closeMap,
  entryOf,
  type MapDraft,
  mapOf,
  openMap,
  putEntry,
  rewrite,
  takeEntry,
} from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";
import { convertHost } from "./host.ts";

/** Rewrites a node: what it shares with profiles, and the MAC address it boots from. */
export function convertNode(fields: MapDraft, item: ItemContext): void {
  const metadata = openMap(mapOf(fields, "metadata"));
  if (metadata !== undefined && entryOf(fields, "boot_mac") === undefined) {
    const bootMac = takeEntry(metadata, "boot_mac");
    if (bootMac !== undefined) {
      rewrite(fields, "metadata", () => closeMap(metadata));
      putEntry(fields, bootMac);
      item.note("boot_mac", "metadata.boot_mac is boot_mac");
    }
  }
  convertHost(fields, item);
}
