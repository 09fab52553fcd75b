import type { ConfiguredNetboxSource } from "../../config/server-config.ts";
import { readNetbox } from "../../consumers/netbox/read-netbox.ts";
import { digestOf } from "../../design/canonical.ts";
import { diagnosticToMessage, documentToMessage } from "../../design/to-message.ts";
import type { Tree } from "../../design/tree.ts";
import type { ResolveSecret, SourceContent, SourceReader } from "../source.ts";
import { SourceError } from "../source-error.ts";
import { createNetboxClient, type ListQuery, type NetboxClient } from "./netbox-client.ts";

/** What a reader of a NetBox stands on. */
export interface NetboxReaderDeps {
  readonly resolveSecret: ResolveSecret;
  /** The pause before a request is repeated, in milliseconds; it doubles each time. */
  readonly backoffMs: number;
}

/** How many looks in a row may trust that nothing changed where no list changed: a renamed role or tag changes no list. */
const MOST_GLANCES = 9;
/** Addresses are asked for by so many prefixes at a time. */
const PARENTS = 20;

interface Lists {
  readonly devices: readonly unknown[];
  readonly interfaces: readonly unknown[];
  readonly addresses: readonly unknown[];
  readonly prefixes: readonly unknown[];
  readonly racks: readonly unknown[];
}

/**
 * Reads a NetBox whole: its position is a digest of what it comes to. Where no list has grown, shrunk or changed since the last look, nine looks of ten are
 * content with that.
 */
export function createNetboxReader(source: ConfiguredNetboxSource, deps: NetboxReaderDeps): SourceReader {
  let last: { readonly position: string; readonly glance: string; readonly times: number } | undefined;
  return {
    async read(since, signal) {
      const token = await deps.resolveSecret(source.secrets.token ?? "", `source ${source.name}`);
      const client = createNetboxClient({ url: source.url, token, signal, backoffMs: deps.backoffMs });
      try {
        const glance = await glanceAt(client, source);
        if (since !== "" && last?.position === since && last.glance === glance && last.times < MOST_GLANCES) {
          last = { ...last, times: last.times + 1 };
          return undefined;
        }
        const content = contentOf(await readLists(client, source), source);
        last = { position: content.position, glance, times: 0 };
        return content.position === since ? undefined : content;
      } finally {
        await client.close();
      }
    },
  };
}

function queries({
  site,
  roles,
  tag,
}: ConfiguredNetboxSource): Readonly<Record<Exclude<keyof Lists, "addresses">, ListQuery>> {
  const ofSite = site === undefined ? {} : { site };
  return {
    // Computed for each device, of no use here, and most of what a page weighs.
    devices: {
      ...ofSite,
      ...(roles.length > 0 && { role: roles }),
      ...(tag !== undefined && { tag }),
      exclude: "config_context",
    },
    interfaces: ofSite,
    prefixes: { ...ofSite, status: ["active", "reserved"] },
    racks: ofSite,
  };
}

const paths = {
  devices: "dcim/devices",
  interfaces: "dcim/interfaces",
  addresses: "ipam/ip-addresses",
  prefixes: "ipam/prefixes",
  racks: "dcim/racks",
} as const;

async function glanceAt(client: NetboxClient, source: ConfiguredNetboxSource): Promise<string> {
  const asked = { ...queries(source), addresses: {} };
  const seen: string[] = [];
  for (const list of Object.keys(paths) as (keyof Lists)[]) seen.push(await client.glance(paths[list], asked[list]));
  return seen.join("\n");
}

async function readLists(client: NetboxClient, source: ConfiguredNetboxSource): Promise<Lists> {
  const asked = queries(source);
  const prefixes = await client.list(paths.prefixes, asked.prefixes);
  const racks = await client.list(paths.racks, asked.racks);
  const devices = await client.list(paths.devices, asked.devices);
  const interfaces = await client.list(paths.interfaces, asked.interfaces);
  const parents = prefixes.map((each) => String((each as { prefix?: unknown } | null)?.prefix));
  const addresses = new Map<unknown, unknown>();
  for (let from = 0; from < parents.length; from += PARENTS) {
    const found = await client.list(paths.addresses, { parent: parents.slice(from, from + PARENTS) });
    for (const each of found) addresses.set((each as { id?: unknown } | null)?.id, each);
  }
  return { devices, interfaces, prefixes, racks, addresses: [...addresses.values()] };
}

function contentOf(lists: Lists, { name, url, site }: ConfiguredNetboxSource): SourceContent {
  const { documents, diagnostics } = readNetbox(lists);
  if (documents.length === 0) {
    const hint = "check site, roles and tag, and what the token may read";
    throw new SourceError("rejected", `${new URL(url).origin} has nothing that the source selects`, hint);
  }
  const { devices, prefixes, racks } = lists;
  const updated = newest(Object.values(lists).flat());
  return {
    position: digestOf([documents, diagnostics] as unknown as Tree),
    documents: documents.map(documentToMessage),
    diagnostics: diagnostics.map(diagnosticToMessage),
    message: `NetBox ${name}: ${devices.length} devices, ${prefixes.length} prefixes, ${racks.length} racks`,
    metadata: {
      "netbox.url": url.slice(0, 1024),
      ...(site !== undefined && { "netbox.site": site }),
      ...(updated !== undefined && { "netbox.last_updated": updated }),
    },
  };
}

/** When the object changed last was changed; NetBox writes moments so that they sort as texts. */
function newest(objects: readonly unknown[]): string | undefined {
  let found: string | undefined;
  for (const each of objects) {
    const moment = (each as { last_updated?: unknown } | null)?.last_updated;
    if (typeof moment === "string" && moment.length <= 64 && (found === undefined || moment > found)) found = moment;
  }
  return found;
}
