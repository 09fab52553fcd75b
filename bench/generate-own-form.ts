import { siteModel } from "./site-model.ts";
import { writeFields } from "./write-yaml.ts";

/** The text of a site of that many nodes in Bedplate's own form, about 650 bytes a node. */
export function generateOwnForm(nodes: number): string {
  const parts: string[] = [];
  for (const { kind, name, spec } of siteModel(nodes)) {
    parts.push(
      `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${writeFields(spec, 2)}`,
    );
  }
  return parts.join("");
}
