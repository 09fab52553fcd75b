import type { DomainSpec, RecordSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { invalidField } from "../driver-error.ts";
import { planAddresses } from "./plan-addresses.ts";
import { domainKey, enclosing, wantedDomains } from "./plan-domains.ts";
import type { DnsRecord, NameState } from "./read-names.ts";
import { ADDRESS_TYPES, canonicalData, sameRecord } from "./record-data.ts";

/** A record of a specification, with where it is. */
export interface WantedRecord {
  readonly domain: string;
  /** Name within the domain; "@" for the domain itself. */
  readonly name: string;
  /** Lower case. */
  readonly fqdn: string;
  readonly type: string;
  readonly data: string;
  /** Seconds; 0 for what MAAS has. */
  readonly ttl: number;
}

/** A name MAAS itself keeps a record under, for Windows images. */
const OWN_NAME = /^_vlmcs\._tcp\./;

/**
 * The records of the domains a specification declares: addresses with their names, other data one by one. Data that changed is changed in place. What the
 * specification doesn't list goes only with prune; what MAAS made by itself never does.
 */
export function planRecords(state: NameState, spec: SiteSpec): Action[] {
  const wanted = spec.domains.flatMap((domain) => wantedRecords(domain, spec.domains.indexOf(domain)));
  const declared = new Set(spec.domains.map(({ name }) => domainKey(name)));
  const known = new Set([...state.domains.map(({ name }) => domainKey(name)), ...wantedDomains(spec).keys()]);
  const isOurs = (fqdn: string) => declared.has(enclosing(fqdn, known)) && !OWN_NAME.test(fqdn);
  const names = planAddresses(state, wanted, spec.prune, isOurs);
  const removed = new Set(names.filter(({ action }) => action === "delete").map(({ object }) => object));
  const data = planData(state, wanted, spec.prune, isOurs).filter(
    ({ action, object }) => action !== "delete" || !removed.has(object.replace(/^dns record (\S+) .*$/, "dns name $1")),
  );
  // What goes makes room: an alias and an address don't share a name.
  const rank = ({ action }: Action) => ["delete", "update"].indexOf(action) >>> 0;
  return [...names, ...data].sort((a, b) => rank(a) - rank(b));
}

function wantedRecords(domain: DomainSpec, place: number): WantedRecord[] {
  const name = domain.name.trim().replace(/\.$/, "");
  return domain.records.map((record, index) => {
    const path = `spec.domains[${place}].records[${index}]`;
    const type = record.type.trim().toUpperCase();
    const own = relativeName(record, name);
    if (ADDRESS_TYPES.includes(type) && record.data.includes(":") !== (type === "AAAA")) {
      throw invalidField(`${path}.data`, `${record.data} is no address of a record of type ${type}`);
    }
    const fqdn = (own === "@" ? name : `${own}.${name}`).toLowerCase();
    return { domain: name, name: own, fqdn, type, data: record.data.trim(), ttl: record.ttl };
  });
}

/** A record's name within its domain; a full name that ends in a dot is taken as such. */
function relativeName({ name }: RecordSpec, domain: string): string {
  const bare = name.trim();
  if (bare === "" || bare === "@") return "@";
  if (!bare.endsWith(".")) return bare;
  const full = bare.slice(0, -1);
  if (full.toLowerCase() === domain.toLowerCase()) return "@";
  const isInside = full.toLowerCase().endsWith(`.${domain.toLowerCase()}`);
  return isInside ? full.slice(0, -domain.length - 1) : full;
}

function planData(
  state: NameState,
  wanted: readonly WantedRecord[],
  prune: boolean,
  isOurs: (fqdn: string) => boolean,
): Action[] {
  const groups = new Map<string, { present: DnsRecord[]; wanted: WantedRecord[] }>();
  const groupOf = (fqdn: string, type: string) => {
    const key = `${fqdn} ${type}`;
    const group = groups.get(key) ?? { present: [], wanted: [] };
    groups.set(key, group);
    return group;
  };
  for (const record of wanted) {
    if (ADDRESS_TYPES.includes(record.type)) continue;
    const group = groupOf(record.fqdn, record.type);
    const isTwice = group.wanted.some((other) => canonical(other) === canonical(record));
    if (!isTwice) group.wanted.push(record);
  }
  for (const record of state.dnsRecords) {
    const fqdn = record.fqdn.toLowerCase();
    if (isOurs(fqdn)) groupOf(fqdn, record.type).present.push(record);
  }
  return [...groups].flatMap(([key, group]) => planGroup(`dns record ${key}`, group, prune));
}

function planGroup(
  object: string,
  group: { readonly present: readonly DnsRecord[]; readonly wanted: readonly WantedRecord[] },
  prune: boolean,
): Action[] {
  const left = new Set(group.present);
  const actions: Action[] = [];
  const missing = group.wanted.filter((want) => {
    const same = [...left].find((record) => canonical(record) === canonical(want));
    if (same === undefined) return true;
    left.delete(same);
    if (want.ttl !== 0 && want.ttl !== same.ttl) actions.push(change(object, same, want));
    return false;
  });
  for (const want of missing) {
    const mark = sameRecord(want.type, want.data);
    const similar = [...left].find((record) => mark !== undefined && sameRecord(record.type, record.data) === mark);
    const old = similar ?? (prune ? [...left][0] : undefined);
    if (old !== undefined) left.delete(old);
    actions.push(old === undefined ? addition(object, want) : change(object, old, want));
  }
  if (!prune) return actions;
  const gone = [...left].map(
    (record): Action => ({
      object,
      field: "records",
      action: "delete",
      before: shown(record),
      after: "",
      undoes: true,
      request: { method: "DELETE", path: `dnsresourcerecords/${record.id}/` },
    }),
  );
  return [...actions, ...gone];
}

function addition(object: string, want: WantedRecord): Action {
  const form: FormField[] = [
    ["name", want.name],
    ["domain", want.domain],
    ["rrtype", want.type],
    ["rrdata", want.data],
  ];
  if (want.ttl !== 0) form.push(["ttl", String(want.ttl)]);
  const request = { method: "POST", path: "dnsresourcerecords/", form } as const;
  return { object, field: "records", action: "create", before: "", after: shown(want), request };
}

function change(object: string, old: DnsRecord, want: WantedRecord): Action {
  const form: FormField[] = [
    ["rrtype", want.type],
    ["rrdata", canonical(old) === canonical(want) ? old.data : want.data],
  ];
  if (want.ttl !== 0) form.push(["ttl", String(want.ttl)]);
  const request = { method: "PUT", path: `dnsresourcerecords/${old.id}/`, form } as const;
  return { object, field: "records", action: "update", before: shown(old), after: shown(want), undoes: true, request };
}

function canonical({ type, data }: Pick<DnsRecord, "type" | "data">): string {
  return canonicalData(type, data);
}

function shown({ data, ttl }: Pick<DnsRecord, "data" | "ttl">): string {
  return ttl === 0 ? data : `${data}, ttl ${ttl}`;
}
