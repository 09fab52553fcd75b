import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import ipaddr from "ipaddr.js";
import { type ApiObject, apiLists, siteOf } from "./netbox-objects.ts";
import type { NetboxWorld } from "./netbox-world.ts";

/** How one request is answered in place of what it asks for. */
export type Fault =
  | { readonly status: number; readonly retryAfter?: number }
  /** The connection ends in the middle of the answer. */
  | "dies"
  /** Before the answer something changes. */
  | (() => void);

/** A NetBox for tests: the lists a source reads, with the pages, filters and refusals of NetBox 4. */
export interface NetboxServer {
  readonly url: string;
  readonly world: NetboxWorld;
  /** Requests so far, as `path?query`. */
  readonly requests: string[];
  /** Changes an object, as somebody in its user interface would. */
  change<List extends keyof NetboxWorld>(list: List, id: number, fields: Partial<NetboxWorld[List][number]>): void;
  /** What happens to the next requests whose path begins so, one each. */
  readonly faults: { readonly path: string; readonly fault: Fault }[];
  close(): Promise<void>;
}

/** The token the server knows. */
export const netboxToken = "0123456789abcdef0123456789abcdef01234567";

/** Starts a NetBox that gives at most so many objects in one page. */
export async function startNetbox(world: NetboxWorld, maxPageSize = 1000): Promise<NetboxServer> {
  const requests: string[] = [];
  const faults: NetboxServer["faults"] = [];
  let edits = 0;
  const server = createServer((request, response) => {
    const at = new URL(request.url ?? "/", "http://netbox");
    requests.push(`${at.pathname}${at.search}`);
    const refused = refusal(request, at, faults, response);
    if (!refused) reply(response, 200, page(world, at, base(), maxPageSize) ?? 404);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url: base(), world, requests, faults },
    change(list, id, fields) {
      edits += 1;
      const last_updated = `2026-11-02T08:00:00.${String(edits).padStart(6, "0")}Z`;
      const changed = world[list].map((each) => (each.id === id ? { ...each, ...fields, last_updated } : each));
      world[list] = changed as unknown as (typeof world)[typeof list];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function refusal(request: IncomingMessage, at: URL, faults: NetboxServer["faults"], response: ServerResponse): boolean {
  const { authorization } = request.headers;
  if (authorization !== `Token ${netboxToken}`) {
    const detail = authorization === undefined ? "Authentication credentials were not provided." : "Invalid token";
    reply(response, 403, { detail });
    return true;
  }
  const index = faults.findIndex(({ path }) => at.pathname.startsWith(path));
  const [{ fault } = { fault: undefined }] = index < 0 ? [] : faults.splice(index, 1);
  if (fault === undefined) return false;
  if (typeof fault === "function") {
    fault();
    return false;
  }
  if (fault === "dies") {
    response.writeHead(200, { "content-type": "application/json", "content-length": 1_000_000 });
    response.write('{"count": 3, "next": null, "previous": null, "results": [{"id": 1,', () => response.destroy());
    return true;
  }
  if (fault.retryAfter !== undefined) response.setHeader("retry-after", String(fault.retryAfter));
  reply(response, fault.status, { detail: "Request was throttled." });
  return true;
}

function reply(response: ServerResponse, status: number, body: object | number): void {
  if (typeof body === "number") {
    response.writeHead(body, { "content-type": "text/html" }).end("<h1>Page Not Found</h1>");
    return;
  }
  const { problem, ...rest } = body as { problem?: object };
  response.writeHead(problem === undefined ? status : 400, {
    "content-type": "application/json",
    "api-version": "4.4",
  });
  response.end(JSON.stringify(problem ?? rest));
}

/** One page of a list; undefined for a path that is none, and `problem` for a filter NetBox refuses. */
function page(world: NetboxWorld, at: URL, base: string, maxPageSize: number): object | undefined {
  const path = /^\/api\/([a-z]+\/[a-z-]+)\/$/.exec(at.pathname)?.[1];
  const all = path === undefined ? undefined : apiLists(world, base)[path];
  if (path === undefined || all === undefined) return undefined;
  const problem = refusedFilter(world, at);
  if (problem !== undefined) return { problem };
  const found = all
    .filter((each) => passes(world, path, each, at))
    .sort(inOrder(at.searchParams.get("ordering") ?? "id"));
  const limit = Math.min(Number(at.searchParams.get("limit") ?? 50) || maxPageSize, maxPageSize);
  const offset = Number(at.searchParams.get("offset") ?? 0);
  const link = (to: number) => {
    const url = new URL(at.pathname + at.search, base);
    url.searchParams.set("limit", String(limit));
    url.searchParams.set("offset", String(to));
    return url.href;
  };
  const shown = found.slice(offset, offset + limit);
  const results =
    at.searchParams.get("exclude") === "config_context" ? shown.map(({ config_context: _, ...rest }) => rest) : shown;
  return {
    count: found.length,
    next: offset + limit < found.length ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    results,
  };
}

function refusedFilter(world: NetboxWorld, { searchParams }: URL): object | undefined {
  const known = { site: world.sites, role: world.roles };
  for (const [filter, list] of Object.entries(known)) {
    const unknown = searchParams.getAll(filter).find((slug) => !list.some((each) => each.slug === slug));
    if (unknown === undefined) continue;
    return { [filter]: [`Select a valid choice. ${unknown} is not one of the available choices.`] };
  }
  return undefined;
}

function passes(world: NetboxWorld, path: string, each: ApiObject, { searchParams }: URL): boolean {
  const among = (filter: string, value: unknown) => {
    const wanted = searchParams.getAll(filter);
    return wanted.length === 0 || wanted.some((one) => one === value);
  };
  const tags = (each.tags as readonly { readonly slug: string }[]).map(({ slug }) => slug);
  const parents = searchParams.getAll("parent");
  const inParent =
    parents.length === 0 || parents.some((parent) => isBelow(String(each.address).split("/")[0] ?? "", parent));
  return (
    among("site", siteOf(world, path, each.id)) &&
    among("role", (each.role as { readonly slug?: string } | null)?.slug) &&
    among("status", (each.status as { readonly value?: string } | undefined)?.value) &&
    (!searchParams.has("tag") || tags.includes(searchParams.get("tag") ?? "")) &&
    inParent
  );
}

function isBelow(address: string, parent: string): boolean {
  const [one, block] = [ipaddr.parse(address), ipaddr.parseCIDR(parent)];
  return one.kind() === block[0].kind() && one.match(block);
}

function inOrder(ordering: string): (a: ApiObject, b: ApiObject) => number {
  const field = ordering.replace(/^-/, "");
  const sign = ordering.startsWith("-") ? -1 : 1;
  return (a, b) => {
    const [one, other] = [a[field] as string | number, b[field] as string | number];
    return one === other ? 0 : sign * (one < other ? -1 : 1);
  };
}
