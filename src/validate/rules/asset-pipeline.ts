import { suggest } from "../../text/suggest.ts";
import { type AssetView, assetsOf } from "../boot-assets.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textsAt } from "../tree-access.ts";

/** What each step takes and gives; undefined takes both. */
const steps: ReadonlyMap<string, { readonly takes?: "text" | "bytes"; readonly gives: "text" | "bytes" }> = new Map([
  ["base64_decode", { gives: "bytes" }],
  ["base64_encode", { gives: "bytes" }],
  ["utf8_decode", { takes: "bytes", gives: "text" }],
  ["utf8_encode", { takes: "text", gives: "bytes" }],
  ["template", { takes: "text", gives: "text" }],
]);

/** Steps follow upon each other. */
export const assetPipeline: ItemRule = {
  id: "asset-pipeline",
  severity: "error",
  summary: "The steps of a pipeline are known, and each gets what it works on: text or bytes.",
  why: `Data goes through its steps in the order they are written. \`base64_decode\` gives bytes, \`utf8_decode\` makes text of bytes, and \`template\` works on text: so the usual order is \`base64_decode\`,
\`utf8_decode\`, \`template\`. A location goes through \`template\` only. What stands in the document is text or bytes, as the first step wants it.`,
  kinds: ["BootAction"],
  check: (item) => assetsOf(item).flatMap((asset) => [...faultsOfData(asset), ...faultsOfLocation(asset)]),
};

function faultsOfData({ path, steps: written }: AssetView): Finding[] {
  const field = (step: string) => memberPath(`${path}.data_pipeline`, step);
  let holds: "text" | "bytes" | undefined;
  let isRendered = false;
  for (const step of written) {
    const known = steps.get(step);
    if (known === undefined) return [unknown(field(step), step, [...steps.keys()])];
    if (known.takes !== undefined && holds !== undefined && known.takes !== holds) {
      const needed = known.takes === "text" ? "utf8_decode" : "utf8_encode";
      const message = `${step} works on ${known.takes}, and the step before it gives ${holds}`;
      const again = step.startsWith("utf8_");
      return [{ field: field(step), message, hint: again ? "take one of the two away" : `put ${needed} between them` }];
    }
    if (step === "base64_decode" && isRendered) {
      const message = "the template is rendered before base64_decode makes it readable";
      const hint = "put base64_decode first, then utf8_decode, then template";
      return [{ field: field(step), severity: "warning", message, hint }];
    }
    isRendered ||= step === "template";
    holds = known.gives;
  }
  return [];
}

function faultsOfLocation({ path, tree }: AssetView): Finding[] {
  return textsAt(tree, "location_pipeline")
    .filter((step) => step !== "template")
    .map((step) => unknown(memberPath(`${path}.location_pipeline`, step), step, ["template"]));
}

function unknown(field: string, step: string, known: readonly string[]): Finding {
  const near = suggest(step, known);
  const hint = near === undefined ? "take it away, or write another" : `did you mean ${near}?`;
  return {
    field,
    message: `found step ${shown(step)}, expected ${known.length > 1 ? "one of " : ""}${known.join(", ")}`,
    hint,
  };
}
