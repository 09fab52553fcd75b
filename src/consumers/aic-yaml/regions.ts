import type { SourcePosition } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import type { EnvelopedDeclaration } from "./form-b.ts";

/** Holds the regions documents say they belong to against the one that is declared. */
export interface RegionCheck {
  note(declaration: EnvelopedDeclaration): void;
  /** Reports the documents of another region. Tells nothing where no region is declared, or several. */
  report(): void;
}

interface StatedRegion {
  readonly region: string;
  readonly at: SourcePosition;
  readonly kind: string;
  readonly name: string;
  readonly problems: Problems;
}

/** A check that has seen nothing yet. */
export function regionCheck(): RegionCheck {
  const sites = new Set<string>();
  const stated: StatedRegion[] = [];
  return {
    note({ kind, name, region, problems }) {
      if (kind === "Site") sites.add(name);
      const text = textOf(region);
      if (region !== undefined && text) stated.push({ region: text, at: region.position, kind, name, problems });
    },
    report() {
      const [site, ...others] = sites;
      if (site === undefined || others.length > 0) return;
      for (const { region, at, kind, name, problems } of stated) {
        if (region === site) continue;
        problems.add({
          rule: "other-region",
          severity: "warning",
          message: `found region ${quoteText(region)}, expected ${quoteText(site)}, the region these files declare`,
          hint: "correct the region, or give the document to the design of its own region",
          at,
          kind,
          name,
        });
      }
    },
  };
}
