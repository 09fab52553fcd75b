import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalAddress } from "../address.ts";
import { answeredList, type Json, number, objects, text, texts } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { type Image, readImages } from "./images.ts";
import { unwantedDomains } from "./plan-domain-removal.ts";
import { readScripts, type Script } from "./read-scripts.ts";

/** A DNS domain. */
export interface Domain {
  readonly id: number;
  readonly name: string;
  readonly authoritative: boolean;
  /** Seconds; 0 for MAAS's own setting. */
  readonly ttl: number;
  readonly isDefault: boolean;
}

/** A name with addresses of its own. */
export interface DnsName {
  readonly id: number;
  readonly fqdn: string;
  /** Seconds; 0 for the domain's. */
  readonly ttl: number;
  /** Addresses a hand gave it, in canonical form. */
  readonly addresses: readonly string[];
  /** Addresses MAAS put there by itself, from leases it saw. */
  readonly seen: readonly string[];
}

/** Data of a name other than addresses. */
export interface DnsRecord {
  readonly id: number;
  readonly fqdn: string;
  /** Upper case. */
  readonly type: string;
  readonly data: string;
  /** Seconds; 0 for the domain's. */
  readonly ttl: number;
}

/** A tag. */
export interface TagState {
  readonly name: string;
  readonly definition: string;
  readonly comment: string;
  readonly kernelOpts: string;
}

/** A package repository. */
export interface Repository {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly distributions: readonly string[];
  readonly disabledPockets: readonly string[];
  readonly disabledComponents: readonly string[];
  readonly components: readonly string[];
  readonly arches: readonly string[];
  readonly key: string;
  readonly enabled: boolean;
}

/** A public key of the API user. */
export interface SshKey {
  readonly id: number;
  readonly key: string;
}

/** What a design can say beside networks, as a MAAS has it. */
export interface NameState {
  readonly domains: readonly Domain[];
  /** Names of the domains among those that may have to go which nodes are in. */
  readonly usedDomains: ReadonlySet<string>;
  readonly dnsNames: readonly DnsName[];
  readonly dnsRecords: readonly DnsRecord[];
  readonly tags: readonly TagState[];
  readonly repositories: readonly Repository[];
  readonly keys: readonly SshKey[];
  readonly images: readonly Image[];
  /** Whether MAAS is importing images; false as well when no image is waited for. */
  readonly isImporting: boolean;
  readonly scripts: readonly Script[];
}

/** Nothing at all. */
export const NO_NAMES: NameState = {
  ...{ domains: [], dnsNames: [], dnsRecords: [], tags: [], repositories: [], keys: [], images: [], scripts: [] },
  isImporting: false,
  usedDomains: new Set(),
};

/** What MAAS calls an address it saw in a lease (its StaticIPAddress's alloc_type). */
const DISCOVERED = 6;

/** Reads what a design can say beside networks: all of it, or what a specification needs. */
export async function readNames(client: MaasClient, spec: SiteSpec | undefined): Promise<NameState> {
  const { instance } = client.target;
  const needs = spec === undefined ? undefined : needsOf(spec);
  const list = async <T>(path: string, isNeeded: boolean | undefined, read: (entry: Json) => T): Promise<T[]> =>
    isNeeded === false ? [] : answeredList(await client.get({ path }), path, instance).map(read);
  const [domains, dnsNames, dnsRecords, tags, repositories, keys, scripts, images] = await Promise.all([
    list("domains/", needs?.domains, readDomain),
    list("dnsresources/", needs?.records, readDnsName),
    list("dnsresourcerecords/", needs?.records, readDnsRecord),
    list("tags/", true, readTag),
    list("package-repositories/", needs?.repositories, readRepository),
    list("account/prefs/sshkeys/", needs?.keys, (key) => ({ id: number(key.id), key: text(key.key) })),
    readScripts(client),
    readImages(client, spec?.images ?? []),
  ]);
  const usedDomains = await readUsed(client, spec === undefined ? [] : unwantedDomains(domains, spec));
  // What has no id of its own is made by MAAS, for its machines.
  const stored = <T extends { readonly id: number }>(entries: readonly T[]) => entries.filter(({ id }) => id > 0);
  return {
    ...{ domains, dnsNames: stored(dnsNames), dnsRecords: stored(dnsRecords), tags, repositories, keys, scripts },
    usedDomains,
    ...images,
  };
}

/** The domains of a list that nodes are in: machines, devices or controllers. */
async function readUsed(client: MaasClient, domains: readonly Domain[]): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { name } of domains) {
    const nodes = await client.get({ path: "nodes/", query: [["domain", name]] });
    if (answeredList(nodes, "nodes/", client.target.instance).length > 0) used.add(name);
  }
  return used;
}

function needsOf(spec: SiteSpec) {
  return {
    domains: spec.domain !== "" || spec.domains.length > 0 || spec.networks.some(({ dnsDomain }) => dnsDomain !== ""),
    records: spec.domains.some(({ records }) => records.length > 0 || spec.prune),
    repositories: spec.repositories.length > 0 || spec.removeUnlistedRepositories || spec.prune,
    keys: spec.authorizedKeys.length > 0,
  };
}

function readDomain(domain: Json): Domain {
  const id = number(domain.id, -1);
  return {
    id,
    name: text(domain.name),
    authoritative: domain.authoritative !== false,
    ttl: number(domain.ttl),
    isDefault: domain.is_default === true || (domain.is_default === undefined && id === 0),
  };
}

function readDnsName(name: Json): DnsName {
  const addresses = objects(name.ip_addresses)
    .filter(({ ip }) => text(ip) !== "")
    .map(({ ip, alloc_type }) => ({ ip: canonicalAddress(text(ip)), isSeen: number(alloc_type) === DISCOVERED }));
  const bare = texts(name.ip_addresses).filter((ip) => ip !== "");
  return {
    id: number(name.id, -1),
    fqdn: text(name.fqdn),
    ttl: number(name.address_ttl),
    addresses: [...addresses.filter(({ isSeen }) => !isSeen).map(({ ip }) => ip), ...bare.map(canonicalAddress)],
    seen: addresses.filter(({ isSeen }) => isSeen).map(({ ip }) => ip),
  };
}

function readDnsRecord(record: Json): DnsRecord {
  return {
    id: number(record.id, -1),
    fqdn: text(record.fqdn),
    type: text(record.rrtype).toUpperCase(),
    data: text(record.rrdata),
    ttl: number(record.ttl),
  };
}

function readTag(tag: Json): TagState {
  return {
    name: text(tag.name),
    definition: text(tag.definition),
    comment: text(tag.comment),
    kernelOpts: text(tag.kernel_opts),
  };
}

function readRepository(repository: Json): Repository {
  return {
    id: number(repository.id, -1),
    name: text(repository.name),
    url: text(repository.url),
    distributions: texts(repository.distributions),
    disabledPockets: texts(repository.disabled_pockets),
    disabledComponents: texts(repository.disabled_components),
    components: texts(repository.components),
    arches: texts(repository.arches),
    key: text(repository.key),
    enabled: repository.enabled !== false,
  };
}
