import type { Composition } from "./compose.ts";
import type { Diagnostic } from "./diagnostic.ts";

/**
 * Findings with references of profiles that no node of the design inherits from as warnings, where they come from a library: sites of the Deckhand form take in
 * the profiles of all sites, and those of other sites name links and networks that only those have. Elsewhere a profile is written for its site.
 */
export function sparingUnusedProfiles(
  found: readonly Diagnostic[],
  items: Composition["items"],
  ancestors: ReadonlyMap<string, readonly string[]>,
): readonly Diagnostic[] {
  if (!found.some(isReferenceOfProfile) || ![...items.keys()].some((key) => key.startsWith("Node/"))) return found;
  const used = new Set([...ancestors].flatMap(([key, above]) => (key.startsWith("Node/") ? above : [])));
  return found.map((each) => {
    const key = `${each.kind}/${each.name}`;
    if (!isReferenceOfProfile(each) || used.has(key)) return each;
    const isOfLibrary = items.get(key)?.every(({ document }) => document.form === "airship-c") === true;
    return isOfLibrary ? { ...each, severity: "warning", hint: `${each.hint}; no node has this profile` } : each;
  });
}

function isReferenceOfProfile({ rule, severity, kind }: Diagnostic): boolean {
  return rule === "unknown-reference" && severity === "error" && kind === "HostProfile";
}
