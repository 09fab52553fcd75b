import type { Declaration } from "./compose.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Checks that a design has one Site: reports each one more, at its document, and none at all, as an error or a warning. */
export function siteCountFindings(
  items: ReadonlyMap<string, readonly Declaration[]>,
  missing: "error" | "warning" | "ignore",
): readonly Diagnostic[] {
  const sites: Declaration[] = [];
  for (const [first] of items.values()) {
    if (first?.document.kind === "Site") sites.push(first);
  }
  const [kept, ...others] = sites;
  if (kept !== undefined) {
    return others.map((other) => ({
      rule: "duplicate-site",
      severity: "error",
      message: `found Site "${other.document.name}" beside Site "${kept.document.name}", expected one site in a design`,
      hint: "remove one of them",
      kind: "Site",
      name: other.document.name,
      location: other.document.location,
      related: [{ message: "the other one", location: kept.document.location }],
    }));
  }
  // A warning about a part of a design says nothing when there is no part at all.
  if (missing === "ignore" || (missing === "warning" && items.size === 0)) return [];
  return [
    {
      rule: "missing-site",
      severity: missing,
      message: "found no Site, expected one in a design",
      hint: "add a document of kind Site",
      kind: "Site",
      related: [],
    },
  ];
}
