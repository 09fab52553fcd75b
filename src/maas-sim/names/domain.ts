import type { SimState } from "../state.ts";

/** A DNS domain; the one of id 0 is there from the beginning. */
export interface Domain {
  readonly id: number;
  name: string;
  authoritative: boolean;
  /** Seconds; null for the global setting. */
  ttl: number | null;
  isDefault: boolean;
}

/** A name in a domain, with the addresses it has of its own. */
export interface DnsResource {
  readonly id: number;
  /** A label, "@" for the domain itself, or "*". */
  name: string;
  domainId: number;
  addressTtl: number | null;
  addresses: readonly string[];
}

/** Data of a name other than addresses. */
export interface DnsRecord {
  readonly id: number;
  readonly resourceId: number;
  rrtype: string;
  rrdata: string;
  ttl: number | null;
}

const LABEL = "[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,62}[a-zA-Z0-9])?";
const SERVICE = "_[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,62}[a-zA-Z0-9])?";
const DOMAIN_NAME = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`);
const NAME = new RegExp(`^${LABEL}$`);
const SERVICE_NAME = new RegExp(`^${SERVICE}\\.${SERVICE}(?:\\.${LABEL})?$`);
const SPECIAL = ["@", "*"];

/** The domain that cannot be deleted. */
export function defaultDomain(): Domain {
  return { id: 0, name: "maas", authoritative: true, ttl: null, isDefault: true };
}

/** Whether a text can be a domain. A trailing dot is refused, as the real service does. */
export function isDomainName(source: string): boolean {
  return source.length <= 255 && DOMAIN_NAME.test(source);
}

/** Whether a text can be a name in a domain, for records of a type. */
export function isRecordName(source: string, rrtype: string): boolean {
  return SPECIAL.includes(source) || (rrtype === "SRV" ? SERVICE_NAME : NAME).test(source);
}

/** The domain new machines get. */
export function domainOfNewMachines(state: SimState): Domain {
  return [...state.domains.values()].find(({ isDefault }) => isDefault) ?? defaultDomain();
}

/** A domain by its id or name, as parameters name it. */
export function findDomain(state: SimState, specifier: string): Domain | undefined {
  if (/^\d{1,15}$/.test(specifier)) return state.domains.get(Number(specifier));
  const name = specifier.replace(/^name:/, "");
  return [...state.domains.values()].find((domain) => domain.name === name);
}

/** A name and the domain it is in, from one text: the domain itself when it is one, else its first label, or the first labels of a service. */
export function splitFqdn(
  state: SimState,
  fqdn: string,
  rrtype: string,
): { readonly name: string; readonly domain: string } {
  if ([...state.domains.values()].some(({ name }) => name === fqdn)) return { name: "@", domain: fqdn };
  const labels = fqdn.split(".");
  if (rrtype === "SRV") {
    const known = [labels.slice(3).join("."), labels.slice(2).join(".")].find((rest) => findDomain(state, rest));
    const domain = known ?? labels.slice(2).join(".");
    return { name: fqdn.slice(0, fqdn.length - domain.length - 1), domain };
  }
  return { name: labels[0] ?? "", domain: labels.slice(1).join(".") };
}

/** The full name of a resource. */
export function fqdnOf(state: SimState, { name, domainId }: Pick<DnsResource, "name" | "domainId">): string {
  const domain = state.domains.get(domainId)?.name ?? "";
  return name === "@" ? domain : `${name}.${domain}`;
}

/** The records of a resource, by type. */
export function recordsOf(state: SimState, resource: DnsResource): DnsRecord[] {
  return [...state.dnsRecords.values()]
    .filter(({ resourceId }) => resourceId === resource.id)
    .sort((a, b) => (a.rrtype < b.rrtype ? -1 : a.rrtype > b.rrtype ? 1 : a.id - b.id));
}

/** Machines of a domain that have an address, with those addresses: the records the service makes by itself. */
export function machineNames(
  state: SimState,
  domain: Domain,
): { readonly systemId: string; readonly hostname: string; readonly addresses: readonly string[] }[] {
  return [...state.machines.values()]
    .filter((machine) => machine.domainId === domain.id)
    .map((machine) => ({
      systemId: machine.systemId,
      hostname: machine.hostname,
      addresses: [...machine.interfaces.values()].flatMap((nic) => nic.links.flatMap(({ ip }) => (ip ? [ip] : []))),
    }))
    .filter(({ addresses }) => addresses.length > 0);
}
