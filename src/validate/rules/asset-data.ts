import { assetsOf, pipeData } from "../boot-assets.ts";
import type { Finding, ItemRule } from "../rule.ts";

/** What is said to be encoded is. */
export const assetData: ItemRule = {
  id: "asset-data",
  severity: "error",
  summary: "Data that a pipeline decodes is base64, and UTF-8 where it is decoded to text.",
  why: `A step that can't be carried out stops the boot action on every node, at its first boot. Blanks and line ends within base64 are fine. Data that was never encoded needs no \`base64_decode\`.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap((asset): Finding[] => {
      const { fault } = pipeData(asset);
      if (fault === undefined) return [];
      const hint = `encode the data anew, or take ${fault.step} out of data_pipeline`;
      return [{ field: `${asset.path}.data`, message: `${fault.step} fails: ${fault.message}`, hint }];
    }),
};
