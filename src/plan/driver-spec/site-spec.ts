import type { SiteSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { DesignView } from "../design-view.ts";
import { flagAt, mapAt, mapsAt, textAt, textsAt } from "../read-tree.ts";
import { domainSpec } from "./domain-spec.ts";
import type { Init } from "./init.ts";
import { linkSpec } from "./link-spec.ts";
import { networkSpec } from "./network-spec.ts";
import { present } from "./present.ts";
import { repositorySpec } from "./repository-spec.ts";
import { scriptSpec } from "./script-spec.ts";
import { tagSpec } from "./tag-spec.ts";

/** A site as a driver gets it. */
export type SiteSpecInit = Init<typeof SiteSpecSchema>;

/**
 * The driver's form of the site: every link and network of the design, and the tags and images of the nodes this driver
 * instance provisions (of all nodes, whatever a plan selects, so that a site has one wanted state).
 */
export function siteSpec(view: DesignView, instance: string, serverDriverOf: (node: string) => string): SiteSpecInit {
  const tags = new Set(mapsAt(view.site, "tag_definitions").map((definition) => textAt(definition, "tag")));
  const images = new Set<string>();
  for (const [name, node] of view.nodes) {
    if (serverDriverOf(name) !== instance) continue;
    for (const tag of textsAt(mapAt(node, "metadata"), "tags")) tags.add(tag);
    images.add(textAt(mapAt(node, "platform"), "image"));
  }
  return present<SiteSpecInit>({
    name: view.siteName,
    domain: textAt(view.site, "domain"),
    links: [...view.links].map(([name, link]) => linkSpec(name, link)),
    networks: [...view.networks].map(([name, network]) => networkSpec(name, network, view, true)),
    tags: sorted(tags),
    authorizedKeys: [...textsAt(view.site, "authorized_keys")],
    images: sorted(images),
    tagSpecs: mapsAt(view.site, "tag_definitions").map(tagSpec),
    domains: mapsAt(view.site, "dns_domains").map(domainSpec),
    repositories: mapsAt(view.site, "repositories").map(repositorySpec),
    removeUnlistedRepositories: flagAt(view.site, "remove_unlisted_repositories"),
    scripts: mapsAt(view.site, "scripts").map(scriptSpec),
    prune: flagAt(view.site, "prune"),
  });
}

function sorted(names: ReadonlySet<string>): string[] {
  return [...names].filter((name) => name !== "").sort();
}
