import type { TreeMap } from "../design/tree.ts";
import { type AssetView, pipeData } from "./boot-assets.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { textAt, textsAt } from "./tree-access.ts";

/** A template of an asset, read. */
export interface AssetTemplate {
  /** The field of the asset it is in: "data" or "location". */
  readonly field: string;
  readonly text: string;
  readonly parsed: ParsedTemplate;
}

const known = new WeakMap<TreeMap, readonly AssetTemplate[]>();

/** The templates of an asset: its data, decoded, and its location, as far as their pipelines have the step. Each is read once. */
export function templatesOf(asset: AssetView): readonly AssetTemplate[] {
  const before = known.get(asset.tree);
  if (before !== undefined) return before;
  const isRendered = textsAt(asset.tree, "location_pipeline").includes("template");
  const texts = [
    ["data", pipeData(asset).template],
    ["location", isRendered ? textAt(asset.tree, "location") : undefined],
  ] as const;
  const found = texts.flatMap(([field, text]) =>
    text === undefined ? [] : [{ field, text, parsed: parseTemplate(text) }],
  );
  known.set(asset.tree, found);
  return found;
}
