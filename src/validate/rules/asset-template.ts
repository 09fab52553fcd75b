import { templatesOf } from "../asset-templates.ts";
import { assetsOf } from "../boot-assets.ts";
import type { TemplateFault } from "../parse-template.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";

/** A template can be read. */
export const assetTemplate: ItemRule = {
  id: "asset-template",
  severity: "error",
  summary: "Data and locations that go through the template step are sound templates.",
  why: `Templates are those of Jinja2 as nunjucks reads them: \`{{ node.hostname }}\`, \`{% if … %}\` and so on. A slip stops the boot action on every node, at its first boot. Lines and columns are those of the data after it was
decoded. What Jinja2 knows and nunjucks doesn't, such as slices and \`{% do %}\`, is a warning.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap((asset) =>
      templatesOf(asset).flatMap(({ field, parsed }) => faultOf(`${asset.path}.${field}`, parsed.fault)),
    ),
};

function faultOf(field: string, fault: TemplateFault | undefined): Finding[] {
  if (fault === undefined) return [];
  const place = fault.line === undefined ? "" : ` at line ${fault.line}, column ${fault.column} of the template`;
  const said = fault.message === "" ? "it can't be read" : oneLine(fault.message);
  if (!fault.isOfJinja)
    return [{ field, message: `the template is broken: ${said}${place}`, hint: "correct it there" }];
  const message = `the template uses a form of Jinja2 that nunjucks doesn't read: ${said}${place}`;
  return [{ field, severity: "warning", message, hint: "write it another way" }];
}

/** Words of the parser quote the template. */
function oneLine(text: string): string {
  return /\p{Cc}/u.test(text) ? shown(text) : text;
}
