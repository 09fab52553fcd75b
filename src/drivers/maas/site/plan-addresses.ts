import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { invalidField } from "../driver-error.ts";
import type { WantedRecord } from "./plan-records.ts";
import type { DnsName, NameState } from "./read-names.ts";
import { ADDRESS_TYPES, canonicalData } from "./record-data.ts";

/**
 * The names with addresses. The addresses of a name of each family the specification lists are exactly those it lists; those of the other family stay unless
 * prune is on, and those MAAS saw in leases stay always.
 */
export function planAddresses(
  state: NameState,
  wanted: readonly WantedRecord[],
  prune: boolean,
  isOurs: (fqdn: string) => boolean,
): Action[] {
  const byName = new Map<string, WantedRecord[]>();
  for (const record of wanted) {
    if (!ADDRESS_TYPES.includes(record.type)) continue;
    const others = byName.get(record.fqdn);
    if (others === undefined) byName.set(record.fqdn, [record]);
    else others.push(record);
  }
  const present = new Map(state.dnsNames.map((name) => [name.fqdn.toLowerCase(), name]));
  const kept = [...byName].flatMap(([fqdn, records]) => planName(fqdn, records, present.get(fqdn), prune));
  if (!prune) return kept;
  const withData = new Set(wanted.filter(({ type }) => !ADDRESS_TYPES.includes(type)).map(({ fqdn }) => fqdn));
  const gone = [...present].flatMap(([fqdn, name]): Action[] => {
    if (byName.has(fqdn) || name.addresses.length === 0 || name.seen.length > 0 || !isOurs(fqdn)) return [];
    const told = { object: `dns name ${fqdn}`, field: "records", before: shown(name), after: "", undoes: true };
    const path = `dnsresources/${name.id}/`;
    return withData.has(fqdn)
      ? [
          {
            ...told,
            action: "update",
            after: "no addresses",
            request: { method: "PUT", path, form: [["ip_addresses", ""]] },
          },
        ]
      : [{ ...told, action: "delete", request: { method: "DELETE", path } }];
  });
  return [...kept, ...gone];
}

function planName(
  fqdn: string,
  records: readonly WantedRecord[],
  present: DnsName | undefined,
  prune: boolean,
): Action[] {
  const [first] = records;
  if (first === undefined) return [];
  const ttls = [...new Set(records.map(({ ttl }) => ttl).filter((ttl) => ttl !== 0))];
  if (ttls.length > 1) {
    throw invalidField(
      "spec.domains",
      `the addresses of ${fqdn} are to be kept for ${ttls.join(" and ")} seconds; MAAS has one time for all of a name's`,
      "give the A and AAAA records of a name one ttl",
    );
  }
  const [ttl = 0] = ttls;
  const own = new Set(records.map(({ type, data }) => canonicalData(type, data)));
  const families = new Set(records.map(({ type }) => type));
  const others = present?.addresses.filter((address) => !prune && !families.has(typeOf(address))) ?? [];
  const addresses = [...own, ...others, ...(present?.seen ?? [])];
  const form: FormField[] = [["ip_addresses", addresses.join(" ")]];
  if (ttl !== 0) form.push(["address_ttl", String(ttl)]);
  const after = shown({ addresses, ttl });
  const object = `dns name ${fqdn}`;
  if (present === undefined) {
    const made: FormField[] = [["name", first.name], ["domain", first.domain], ...form];
    const request = { method: "POST", path: "dnsresources/", form: made } as const;
    return [{ object, field: "records", action: "create", before: "", after, request }];
  }
  const now = [...present.addresses, ...present.seen].sort().join(" ");
  const isSame = now === [...addresses].sort().join(" ") && (ttl === 0 || ttl === present.ttl);
  if (isSame) return [];
  const request = { method: "PUT", path: `dnsresources/${present.id}/`, form } as const;
  return [{ object, field: "records", action: "update", before: shown(present), after, undoes: true, request }];
}

function typeOf(address: string): string {
  return address.includes(":") ? "AAAA" : "A";
}

function shown({ addresses, ttl }: Pick<DnsName, "addresses" | "ttl">): string {
  const list = addresses.length === 0 ? "no addresses" : addresses.join(", ");
  return ttl === 0 ? list : `${list}, ttl ${ttl}`;
}
