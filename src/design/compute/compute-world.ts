import type { TreeBuilder } from "../effective-tree.ts";
import { routeDomainInput, SITE_INPUT } from "../pseudo-inputs.ts";
import type { ResolvedItem } from "../resolve.ts";
import { isTreeMap, type TreeMap } from "../tree.ts";
import type { ComputeWorld, RouteDomainMember } from "./computation.ts";

/** A world for computations that tells what was looked at. */
export interface WatchedWorld extends ComputeWorld {
  /** Adds every input of what is looked at from now on to `inputs`. */
  watch(inputs: Set<string>): void;
}

/** What a world is made of. */
export interface WorldInput {
  /** Items by "Kind/name". */
  readonly resolve: (key: string) => ResolvedItem | undefined;
  /** The keys ("Kind/name") of all items that may exist, in the order of kind and name. */
  readonly keys: () => Iterable<string>;
  readonly siteName: string | undefined;
  /** Networks of a route domain that are not among `keys`, by name. */
  readonly membersElsewhere?: (domain: string) => readonly RouteDomainMember[];
  readonly builder: TreeBuilder;
}

interface Looked {
  readonly tree: TreeMap | undefined;
  readonly inputs: readonly string[];
}

/** A world over resolved items. Each is built once, and route domains are found by one walk over the networks, at the first question. */
export function watchedWorld({ resolve, keys, siteName, membersElsewhere, builder }: WorldInput): WatchedWorld {
  const looked = new Map<string, Looked>();
  let domains: ReadonlyMap<string, readonly RouteDomainMember[]> | undefined;
  let watching = new Set<string>();

  function look(key: string): TreeMap | undefined {
    let found = looked.get(key);
    if (found === undefined) {
      const item = resolve(key);
      found = {
        tree: item && builder.item(item.body, item.schema.message),
        inputs: [key, ...(item?.ancestors ?? []), ...(item?.missing ?? [])],
      };
      looked.set(key, found);
    }
    for (const input of found.inputs) watching.add(input);
    return found.tree;
  }

  function networksByDomain(): ReadonlyMap<string, readonly RouteDomainMember[]> {
    const found = new Map<string, RouteDomainMember[]>();
    const before = watching;
    watching = new Set();
    for (const key of keys()) {
      if (!key.startsWith("Network/")) continue;
      const tree = look(key);
      if (typeof tree?.route_domain !== "string" || typeof tree.cidr !== "string") continue;
      const member = { network: key.slice("Network/".length), cidr: tree.cidr };
      const members = found.get(tree.route_domain);
      if (members === undefined) found.set(tree.route_domain, [member]);
      else members.push(member);
    }
    watching = before;
    return found;
  }

  return {
    item: (kind, name) => look(`${kind}/${name}`),
    site() {
      watching.add(SITE_INPUT);
      const tree = siteName === undefined ? undefined : look(`Site/${siteName}`);
      return siteName === undefined || !isTreeMap(tree) ? undefined : { name: siteName, tree };
    },
    routeDomain(domain) {
      domains ??= networksByDomain();
      watching.add(routeDomainInput(domain));
      const here = domains.get(domain) ?? [];
      const elsewhere = membersElsewhere?.(domain) ?? [];
      return elsewhere.length === 0 ? here : [...here, ...elsewhere].sort((a, b) => (a.network < b.network ? -1 : 1));
    },
    watch(inputs) {
      watching = inputs;
    },
  };
}
