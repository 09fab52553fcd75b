import { quoteText } from "../../yaml/quote-text.ts";
import type { EnvelopedDeclaration } from "./form-b.ts";
import { textOf } from "./map-draft.ts";

/** Reports documents that say they belong to another region than the one these files declare. Tells nothing where they declare none, or several. */
export function checkRegions(declarations: readonly EnvelopedDeclaration[]): void {
  const names = new Set(declarations.filter(({ kind }) => kind === "Site").map(({ name }) => name));
  const [site, ...others] = names;
  if (site === undefined || others.length > 0) return;
  for (const { kind, name, region, problems } of declarations) {
    const text = textOf(region);
    if (region === undefined || text === undefined || text === "" || text === site) continue;
    problems.add({
      rule: "other-region",
      severity: "warning",
      message: `found region ${quoteText(text)}, expected ${quoteText(site)}, the region these files declare`,
      hint: "correct the region, or give the document to the design of its own region",
      at: region.position,
      kind,
      name,
    });
  }
}
