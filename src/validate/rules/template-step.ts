import { assetsOf, pipeData } from "../boot-assets.ts";
import type { ItemRule } from "../rule.ts";

/** What is written as a template is rendered. */
export const templateStep: ItemRule = {
  id: "template-step",
  severity: "warning",
  summary: "Data that asks for something of its node goes through the template step.",
  why: `Without \`template\` in its \`data_pipeline\` a file arrives with the braces in it: \`{{ node.hostname }}\` instead of the name. If the file is a template of something else, this can be ignored.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item)
      .filter((asset) => /\{\{-?\s*(?:node|action)\s*[.[]/.test(pipeData(asset).unrendered ?? ""))
      .map(({ path, steps }) => ({
        field: `${path}.data`,
        message: "the data asks for something of its node, and isn't rendered",
        hint: `add template to data_pipeline${steps.includes("base64_decode") && !steps.includes("utf8_decode") ? ", behind utf8_decode" : ""}`,
      })),
};
