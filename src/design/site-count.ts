import type { Diagnostic } from "./diagnostic.ts";
import type { RawItem } from "./raw-item.ts";

/** Checks that a design has one Site: reports each one more, at its document, and none at all, as an error or a warning. */
export function siteCountFindings(
  items: ReadonlyMap<string, readonly RawItem[]>,
  missing: "error" | "warning" | "ignore",
): readonly Diagnostic[] {
  const sites: RawItem[] = [];
  for (const raws of items.values()) {
    const first = raws[0];
    if (first?.key.kind === "Site") sites.push(first);
  }
  const [kept, ...others] = sites;
  if (kept !== undefined) {
    return others.map((other) => ({
      rule: "duplicate-site",
      severity: "error",
      message: `found Site "${other.key.name}" beside Site "${kept.key.name}", expected one site in a design`,
      hint: "remove one of them",
      ...other.key,
      location: other.document.location,
      related: [{ message: "the other one", location: kept.document.location }],
    }));
  }
  if (missing === "ignore") return [];
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
