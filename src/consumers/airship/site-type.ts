import { textOf, valueAt } from "../reading/map-draft.ts";
import { readData } from "./document-data.ts";
import type { HeldDocument } from "./held-document.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { siteDefinitionSchema } from "./schema-name.ts";

/** A site by its definition: the directory of its tree, and which of the directories below `type/` there is its own. */
interface SiteTree {
  readonly root: string;
  readonly type: string;
  readonly definition: RawDocument;
}

/**
 * The documents of the site a `pegleg/SiteDefinition/v1` defines: of the directories below `type/` in its tree only that of its type is read. What is left out is
 * told, once for each directory.
 */
export function ofSiteType(documents: readonly HeldDocument[]): readonly HeldDocument[] {
  const trees = documents
    .filter(({ raw }) => raw.schema === siteDefinitionSchema)
    .flatMap(({ raw }) => treeOf(raw) ?? []);
  if (trees.length === 0) return documents;
  const leftOut = new Map<string, { readonly first: HeldDocument; readonly tree: SiteTree; count: number }>();
  const kept = documents.filter((each) => {
    const place = otherType(each.raw.file.uri, trees);
    if (place === undefined) return true;
    const known = leftOut.get(place.directory);
    if (known === undefined) leftOut.set(place.directory, { first: each, tree: place.tree, count: 1 });
    else known.count++;
    return false;
  });
  for (const [directory, { first, tree, count }] of leftOut) {
    const { definition, type } = tree;
    first.raw.file.add({
      rule: "other-site-type",
      severity: "info",
      message: `found ${count} ${count === 1 ? "document" : "documents"} in ${directory}, left out as the site is of type ${JSON.stringify(type.slice(0, 64))}`,
      hint: "nothing needs to be done; the definition of the site names its type",
      at: first.raw.at,
      related: [
        { message: `the type is in ${titleOf(definition)}`, at: { ...definition.at, uri: definition.file.uri } },
      ],
    });
  }
  return kept;
}

function treeOf(definition: RawDocument): SiteTree | undefined {
  const data = readData(definition, false);
  const type = data.kind === "map" ? textOf(valueAt(data, "site_type")) : undefined;
  if (type === undefined || type === "") return undefined;
  const path = `/${definition.file.uri}`;
  const site = path.lastIndexOf("/site/");
  const root = path.slice(1, (site < 0 ? path.lastIndexOf("/") : site) + 1);
  return { root, type, definition };
}

/** The directory of another type a file is in; undefined for a file of the site's own type, or of none. */
function otherType(
  uri: string,
  trees: readonly SiteTree[],
): { readonly directory: string; readonly tree: SiteTree } | undefined {
  const found = trees.flatMap((tree) => {
    const [, type] = uri.startsWith(tree.root) ? (/^type\/([^/]+)\//.exec(uri.slice(tree.root.length)) ?? []) : [];
    return type === undefined ? [] : [{ directory: `${tree.root}type/${type}`, type, tree }];
  });
  return found.some(({ type, tree }) => type === tree.type) ? undefined : found[0];
}
