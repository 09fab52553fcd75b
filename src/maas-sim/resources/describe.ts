import { createHash } from "node:crypto";
import { json } from "../http/reply.ts";
import { type Resource, read } from "../http/resource.ts";
import { API } from "../views/network-view.ts";

const RESTFUL = { GET: "read", POST: "create", PUT: "update", DELETE: "delete" } as const;

function handlerDescription(resource: Resource, origin: string) {
  return {
    doc: "",
    name: resource.handler,
    path: `${API}/${resource.path}`,
    params: [...resource.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""),
    uri: `${origin}${API}/${resource.path}`,
    actions: resource.actions.map(({ method, op }) => ({
      doc: "",
      name: op ?? RESTFUL[method],
      method,
      op,
      restful: op === null,
    })),
  };
}

/**
 * The API's description of itself, from which generic clients make their commands; its addresses are absolute, below
 * `origin`. The hash says whether the description has changed, wherever it is served.
 */
export function describeApi(
  resources: readonly Resource[],
  origin: () => string,
): { readonly resource: Resource; readonly hash: string } {
  const named = [...new Map(resources.toReversed().map((resource) => [resource.handler, resource])).values()].reverse();
  const describe = (base: string) => ({
    doc: "MAAS API",
    resources: named.map((resource) => {
      const handler = handlerDescription(resource, base);
      const open = resource.anonymous === "open";
      return { name: resource.handler, anon: open ? handler : null, auth: open ? null : handler };
    }),
  });
  const hash = createHash("sha256")
    .update(JSON.stringify(describe("")))
    .digest("hex");
  const resource: Resource = {
    handler: "DescribeHandler",
    path: "describe/",
    anonymous: "open",
    actions: [read([], () => json({ ...describe(origin()), hash }))],
  };
  return { resource, hash };
}
