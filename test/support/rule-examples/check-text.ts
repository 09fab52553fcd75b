import { checkDesign, findingTexts, markedFindings } from "../marked-design.ts";

const file = "site.yaml";

/**
 * What is found in a small design, and what its marks say. That a piece of a design has no Site is left out where the marks don't speak of it; it stands at
 * the beginning of the file.
 */
export function checkText(text: string): { readonly found: readonly string[]; readonly marked: readonly string[] } {
  const marked = markedFindings({ [file]: text });
  const isMarked = marked.some((each) => each.endsWith(" missing-site"));
  const all = checkDesign({ [file]: text }).diagnostics.filter(({ rule }) => rule !== "missing-site" || isMarked);
  const start = { uri: file, line: 1, column: 1 };
  return { found: findingTexts(all.map((each) => ({ ...each, location: each.location ?? start }))), marked };
}
