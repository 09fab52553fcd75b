import { type Fields, type NoteConversion, rename, rewrite, rewriteFields, rewriteMembers } from "../located.ts";
import { namedMembers } from "../named-members.ts";

/** Rewrites a rack: switches as a mapping by name, and the two spellings of a switch's controller address. */
export function convertRack(fields: Fields, note: NoteConversion): void {
  rewrite(fields, "tor_switches", (switches) =>
    rewriteMembers(namedMembers(switches, "name"), (one) =>
      rewriteFields(one, (entry) => rename(entry, "sdn_api_url", "sdn_api_uri", note)),
    ),
  );
}
