import { expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { evaluateDesign } from "../../design/evaluate-design.ts";
import { validateDesign } from "../validate-design.ts";
import { routeDomain } from "./route-domain.ts";

/** The findings about a network with one written route and one to a domain of so many others. */
function found(members: number) {
  const routes = "[{subnet: 0.0.0.0/0, gateway: 10.0.0.1}, {route_domain: d, gateway: 10.0.0.1, metric: 5}]";
  const networks = Array.from(
    { length: members },
    (_, index) => `{kind: Network, name: m${index}, spec: {cidr: 10.${index}.0.0/24, route_domain: d}}`,
  );
  const text = [`{kind: Network, name: t, spec: {routes: ${routes}}}`, ...networks].join("\n---\n");
  const evaluation = evaluateDesign({ documents: designDocuments(text), layers: [] });
  const routed = evaluation.items.get("Network/t")?.tree.routes;
  const { diagnostics } = validateDesign(evaluation, { itemRules: [], groupRules: [routeDomain] });
  return { routes: Array.isArray(routed) ? routed.length : 0, messages: diagnostics.map(({ message }) => message) };
}

it("tells of a domain that a network can't have a route to each network of", () => {
  expect(found(254)).toEqual({ routes: 256, messages: [] });
  expect(found(255)).toEqual({
    routes: 2,
    messages: ["route domain d has 255 networks, more than a network can have routes to"],
  });
});
