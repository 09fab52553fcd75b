import type { Composition } from "./compose.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { traitsOf } from "./form-traits.ts";

/**
 * Findings with references of profiles that no node of the design inherits from as warnings, where their form is that of a
 * library. Elsewhere a profile is written for its site.
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
    const isOfLibrary = items.get(key)?.every(({ document }) => traitsOf(document.form).isLibrary === true) === true;
    return isOfLibrary ? { ...each, severity: "warning", hint: `${each.hint}; no node has this profile` } : each;
  });
}

function isReferenceOfProfile({ rule, severity, kind }: Diagnostic): boolean {
  return rule === "unknown-reference" && severity === "error" && kind === "HostProfile";
}
