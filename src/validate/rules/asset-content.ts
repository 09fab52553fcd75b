import type { EffectiveItem } from "../../design/effective-item.ts";
import { type AssetView, assetsOf } from "../boot-assets.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { mapAt } from "../tree-access.ts";

/** An asset has what its type needs. */
export const assetContent: ItemRule = {
  id: "asset-content",
  severity: "error",
  summary: "A file or unit has a path and either data or a location; a list of packages has packages or a location.",
  why: `A file needs a place and a content: its \`data\`, or the \`location\` it is fetched from. With both, one of them would be ignored. A \`pkg_list\` has \`packages\`, or is fetched from a \`location\`; it is no
file, so a path, permissions or data beside it have no effect (a warning).`,
  kinds: ["BootAction"],
  check: (item, context) =>
    assetsOf(item).flatMap((asset) => {
      if (asset.type === "pkg_list") return faultsOfPackages(asset, item, context);
      return asset.type === "file" || asset.type === "unit" ? faultsOfFile(asset, item, context) : [];
    }),
};

function faultsOfFile({ path, tree, type }: AssetView, item: EffectiveItem, context: RuleContext): Finding[] {
  const findings: Finding[] = [];
  if (tree.path === undefined && context.isWhole(item, `${path}.path`)) {
    findings.push({ field: path, message: `the ${type} has no path`, hint: "add path: with its place on the node" });
  }
  if (tree.data !== undefined && tree.location !== undefined) {
    findings.push({
      field: `${path}.location`,
      message: `the ${type} has data and a location`,
      hint: "keep one of the two",
      related: [{ kind: item.kind, name: item.name, field: `${path}.data`, message: "the data" }],
    });
  } else if (tree.data === undefined && tree.location === undefined && context.isWhole(item, path)) {
    const message = `the ${type} has neither data nor a location`;
    findings.push({ field: path, message, hint: "add data: with its content, or location: to fetch it from" });
  }
  if (mapAt(tree, "packages") !== undefined) findings.push(withoutEffect(`${path}.packages`, "packages", type));
  return findings;
}

function faultsOfPackages({ path, tree, type }: AssetView, item: EffectiveItem, context: RuleContext): Finding[] {
  const findings = ["path", "permissions", "data"]
    .filter((field) => tree[field] !== undefined)
    .map((field) => withoutEffect(`${path}.${field}`, field, type));
  const hasPackages = mapAt(tree, "packages") !== undefined;
  if (hasPackages || tree.location !== undefined || !context.isWhole(item, path)) return findings;
  const message = "the list of packages has neither packages nor a location";
  return [{ field: path, message, hint: "add packages: {NAME: VERSION}, the version empty for any" }, ...findings];
}

function withoutEffect(field: string, name: string, type: string | undefined): Finding {
  const message = `${name} has no effect on an asset of type ${type ?? ""}`;
  return { field, severity: "warning", message, hint: "take it away, or correct the type" };
}
