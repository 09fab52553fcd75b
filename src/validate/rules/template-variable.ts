import { suggest } from "../../text/suggest.ts";
import { templatesOf } from "../asset-templates.ts";
import { assetsOf } from "../boot-assets.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";

const known: ReadonlyMap<string, readonly string[]> = new Map([
  ["node", ["hostname", "domain", "tags", "labels", "network", "interfaces"]],
  ["action", ["action_id", "action_key", "report_url", "design_ref", "name"]],
]);
const ofNetwork: readonly string[] = ["ip", "cidr", "dns_suffix"];

/** A template asks for what there is. */
export const templateVariable: ItemRule = {
  id: "template-variable",
  severity: "warning",
  summary: "A template asks of node and action only what they have, and of networks that there are.",
  why: `A name nobody knows is rendered as nothing: a script then runs with an empty word where an address should be. A node has ${(known.get("node") ?? []).map((each) => `\`${each}\``).join(", ")}; each
\`node.network.NAME\` has ${ofNetwork.map((each) => `\`${each}\``).join(", ")}, and \`node.network.default\` is that of the primary network.`,
  kinds: ["BootAction"],
  check: (item, context) =>
    assetsOf(item).flatMap((asset) =>
      templatesOf(asset).flatMap(({ field, text, parsed }) =>
        parsed.lookups
          .filter(([root = ""]) => isAsked(root) && !isAssigned(text, root))
          .flatMap((chain) => faultOf(`${asset.path}.${field}`, chain, context)),
      ),
    ),
};

function faultOf(field: string, chain: readonly string[], context: RuleContext): Finding[] {
  const [root = "", name, network, detail] = chain;
  if (name === undefined) return [];
  const names = known.get(root);
  if (names === undefined) {
    const near = suggest(root, known.keys());
    return near === undefined ? [] : [unknown(field, `${root}.${name}`, `${near}.${name}`, "")];
  }
  if (!names.includes(name))
    return [unknown(field, `${root}.${name}`, suggest(name, names), `${root} has ${names.join(", ")}`)];
  if (name !== "network" || network === undefined) return [];
  if (network !== "default" && isMissing(network, context)) {
    return [unknown(field, chain.slice(0, 3).join("."), undefined, "name a network of the design")];
  }
  if (detail === undefined || ofNetwork.includes(detail)) return [];
  const near = suggest(detail, ofNetwork);
  return [unknown(field, chain.slice(0, 4).join("."), near, `a network has ${ofNetwork.join(", ")}`)];
}

function unknown(field: string, what: string, near: string | undefined, hint: string): Finding {
  const message = `the template asks for ${shown(what)}, which there isn't`;
  return { field, message, hint: near === undefined ? hint : `did you mean ${near}?` };
}

/** Whether a name is one of those, or one of them with a slip in it. */
function isAsked(root: string): boolean {
  return known.has(root) || (/^\w+$/.test(root) && suggest(root, known.keys()) !== undefined);
}

/** Whether the template gives the name a meaning of its own, in a loop or by setting it. */
function isAssigned(template: string, name: string): boolean {
  return new RegExp(`\\{%[-+]?\\s*(?:for|set|macro|import|from)\\b[^%]*\\b${name}\\b\\s*(?:,|=|\\)|in\\b|-?%)`).test(
    template,
  );
}

/** Networks may be declared among other documents, of which these are a part. */
function isMissing(network: string, context: RuleContext): boolean {
  return context.lookup("Network", network) === undefined && context.isWhole({ kind: "Network", name: network });
}
