import { badRequest, noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { type DnsRecord, type DnsResource, fqdnOf, isRecordName, recordsOf } from "../names/domain.ts";
import { placeField } from "../names/name-form.ts";
import { dataFault, RECORD_TYPES } from "../names/record-data.ts";
import { dnsRecordView } from "../views/domain-view.ts";

const FIELDS = ["fqdn", "name", "domain", "rrtype", "rrdata", "ttl"];

function find(call: Call): DnsRecord {
  const record = call.sim.state.dnsRecords.get(Number(call.arg("id")));
  if (record === undefined) throw noSuch("DNSData");
  return record;
}

function announce(call: Call, record: DnsRecord, name: string): void {
  const { state } = call.sim;
  call.writes("dnsresourcerecord", `${name} ${record.rrtype}`, () =>
    state.dnsRecords.has(record.id) ? dnsRecordView(state, record) : null,
  );
}

/** Checks the data of a new or existing record of a name. Throws a 400. */
function checked(
  call: Call,
  self: DnsRecord | undefined,
  resource: DnsResource | undefined,
): Omit<DnsRecord, "id" | "resourceId"> {
  const { form, sim } = call;
  const rrtype = (form.text("rrtype") || self?.rrtype || "").toUpperCase();
  const rrdata = form.text("rrdata") || self?.rrdata || "";
  if (!RECORD_TYPES.includes(rrtype)) form.fail("rrtype", `${rrtype} is not one of ${RECORD_TYPES.join(" ")}.`);
  if (rrdata === "") form.fail("rrdata", "This field is required.");
  const fault = rrdata === "" ? undefined : dataFault(rrtype, rrdata);
  if (fault !== undefined) form.fail("__all__", fault);
  const ttl = form.integer("ttl", { min: 0, max: 2 ** 31 - 1 });
  if (self === undefined && resource !== undefined) {
    const others = recordsOf(sim.state, resource);
    const hasAlias = others.some((record) => record.rrtype === "CNAME");
    const hasOther = resource.addresses.length > 0 || others.some((record) => record.rrtype !== "CNAME");
    const clash = rrtype === "CNAME" ? hasOther : hasAlias;
    if (clash) form.fail("__all__", "CNAME records for a name cannot coexist with non-CNAME records.");
    else if (rrtype === "CNAME" && hasAlias) form.fail("__all__", "Only one CNAME can be associated with a name.");
  }
  form.check();
  return { rrtype, rrdata, ttl: form.has("ttl") ? (ttl ?? null) : (self?.ttl ?? null) };
}

function createRecord(call: Call) {
  const { form, sim } = call;
  const { state } = sim;
  for (const field of ["rrtype", "rrdata"]) if (!form.has(field)) throw badRequest(`${field} must be provided.`);
  const rrtype = form.text("rrtype")?.toUpperCase() ?? "";
  const { name, domain } = placeField(call, rrtype);
  if (!name || domain === undefined) throw badRequest("Either name and domain (or fqdn) must be specified");
  if (!isRecordName(name, rrtype)) form.fail("__all__", `Invalid dnsresource name: ${name}.`);
  const known = [...state.dnsResources.values()].find((each) => each.name === name && each.domainId === domain.id);
  const fields = checked(call, undefined, known);
  const resource = known ?? {
    id: state.nextId("dnsresource"),
    name,
    domainId: domain.id,
    addressTtl: null,
    addresses: [],
  };
  const record: DnsRecord = { id: state.nextId("dnsrecord"), resourceId: resource.id, ...fields };
  announce(call, record, fqdnOf(state, resource));
  state.dnsResources.set(resource.id, resource);
  state.dnsRecords.set(record.id, record);
  return json(dnsRecordView(state, record));
}

function list(call: Call) {
  const { form, sim } = call;
  const { state } = sim;
  const rrtype = form.text("rrtype")?.toUpperCase();
  const { name, domain } = placeField(call, rrtype ?? "TXT");
  const found = [...state.dnsRecords.values()].filter((record) => {
    const resource = state.dnsResources.get(record.resourceId);
    return (
      (domain === undefined || resource?.domainId === domain.id) &&
      (name === undefined || resource?.name === name) &&
      (rrtype === undefined || record.rrtype === rrtype)
    );
  });
  return json(found.map((record) => dnsRecordView(state, record)));
}

function removeRecord(call: Call) {
  const record = find(call);
  const { state } = call.sim;
  const resource = state.dnsResources.get(record.resourceId);
  announce(call, record, resource === undefined ? "" : fqdnOf(state, resource));
  state.dnsRecords.delete(record.id);
  // A name without data and addresses goes with its last record.
  if (resource !== undefined && resource.addresses.length === 0 && recordsOf(state, resource).length === 0) {
    state.dnsResources.delete(resource.id);
  }
  return noContent();
}

/** `dnsresourcerecords/` and `dnsresourcerecords/{id}/`. */
export const dnsRecordResources: readonly Resource[] = [
  {
    handler: "DNSResourceRecordsHandler",
    path: "dnsresourcerecords/",
    actions: [read(["fqdn", "name", "domain", "rrtype"], list), create(FIELDS, createRecord)],
  },
  {
    handler: "DNSResourceRecordHandler",
    path: "dnsresourcerecords/{id}/",
    actions: [
      read([], (call) => json(dnsRecordView(call.sim.state, find(call)))),
      update(["rrtype", "rrdata", "ttl"], (call) => {
        const record = find(call);
        const { state } = call.sim;
        const resource = state.dnsResources.get(record.resourceId);
        const fields = checked(call, record, resource);
        announce(call, record, resource === undefined ? "" : fqdnOf(state, resource));
        Object.assign(record, fields);
        return json(dnsRecordView(state, record));
      }),
      remove([], removeRecord),
    ],
  },
];
