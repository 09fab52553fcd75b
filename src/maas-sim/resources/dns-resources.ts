import { noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { type DnsResource, fqdnOf, isRecordName, recordsOf } from "../names/domain.ts";
import { placeField } from "../names/name-form.ts";
import { formatAddress, parseAddress } from "../network/address.ts";
import { dnsResourceView, implicitNames } from "../views/domain-view.ts";

const FIELDS = ["fqdn", "name", "domain", "address_ttl", "ip_addresses"];

function find(call: Call): DnsResource {
  const resource = call.sim.state.dnsResources.get(Number(call.arg("id")));
  if (resource === undefined) throw noSuch("DNSResource");
  return resource;
}

function announce(call: Call, resource: DnsResource): void {
  const { state } = call.sim;
  const view = () => (state.dnsResources.has(resource.id) ? dnsResourceView(state, resource) : null);
  call.writes("dnsresource", fqdnOf(state, resource), view);
}

/** Checks the fields of a new or existing name. Throws a 400, or a 404 for a domain that is not there. */
function checked(call: Call, self: DnsResource | undefined): Omit<DnsResource, "id"> {
  const { form, sim } = call;
  const place = placeField(call, "A");
  const name = place.name ?? self?.name ?? "";
  const domainId = place.domain?.id ?? self?.domainId;
  if (name === "") form.fail("name", "This field is required.");
  else if (!isRecordName(name, "A")) form.fail("__all__", `Invalid dnsresource name: ${name}.`);
  if (domainId === undefined) form.fail("domain", "This field is required.");
  const ttl = form.integer("address_ttl", { min: 0, max: 2 ** 31 - 1 });
  const addresses = form.list("ip_addresses").flatMap((value) => value.split(/\s+/));
  const parsed = addresses.map((source) => {
    const address = parseAddress(source);
    if (address === undefined) form.fail("ip_addresses", `Enter a valid IPv4 or IPv6 address: ${source}.`);
    return address === undefined ? "" : formatAddress(address);
  });
  const same = [...sim.state.dnsResources.values()].find(
    (other) => other !== self && other.name === name && other.domainId === domainId,
  );
  if (same !== undefined) form.fail("__all__", "Labels must be unique within their zone.");
  if (same === undefined && self !== undefined && parsed.length > 0) {
    if (recordsOf(sim.state, self).some(({ rrtype }) => rrtype === "CNAME")) {
      form.fail("__all__", "Cannot add address: CNAME present.");
    }
  }
  form.check();
  return {
    name,
    domainId: domainId ?? 0,
    addressTtl: form.has("address_ttl") ? (ttl ?? null) : (self?.addressTtl ?? null),
    addresses: form.has("ip_addresses") ? [...new Set(parsed)] : (self?.addresses ?? []),
  };
}

function list(call: Call) {
  const { form, sim } = call;
  const { state } = sim;
  const rrtype = form.text("rrtype")?.toUpperCase();
  const { name, domain } = placeField(call, rrtype ?? "A");
  const all = form.boolean("all") ?? false;
  form.check();
  const stored = [...state.dnsResources.values()].filter(
    (resource) =>
      (domain === undefined || resource.domainId === domain.id) &&
      (name === undefined || resource.name === name) &&
      (rrtype === undefined || recordsOf(state, resource).some((record) => record.rrtype === rrtype)),
  );
  const domains = domain === undefined ? [...state.domains.values()] : [domain];
  const implicit = all ? domains.flatMap((each) => implicitNames(state, each)) : [];
  const shown = implicit.filter(({ fqdn }) => name === undefined || fqdn.startsWith(`${name}.`));
  return json([...shown, ...stored.map((resource) => dnsResourceView(state, resource))]);
}

/** `dnsresources/` and `dnsresources/{id}/`. */
export const dnsResourceResources: readonly Resource[] = [
  {
    handler: "DNSResourcesHandler",
    path: "dnsresources/",
    actions: [
      read(["fqdn", "name", "domain", "rrtype", "all"], list),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fields = checked(call, undefined);
        const resource: DnsResource = { id: state.nextId("dnsresource"), ...fields };
        announce(call, resource);
        state.dnsResources.set(resource.id, resource);
        return json(dnsResourceView(state, resource));
      }),
    ],
  },
  {
    handler: "DNSResourceHandler",
    path: "dnsresources/{id}/",
    actions: [
      read([], (call) => json(dnsResourceView(call.sim.state, find(call)))),
      update(FIELDS, (call) => {
        const resource = find(call);
        const fields = checked(call, resource);
        announce(call, resource);
        Object.assign(resource, fields);
        return json(dnsResourceView(call.sim.state, resource));
      }),
      remove([], (call) => {
        const { state } = call.sim;
        const resource = find(call);
        announce(call, resource);
        for (const record of recordsOf(state, resource)) state.dnsRecords.delete(record.id);
        state.dnsResources.delete(resource.id);
        return noContent();
      }),
    ],
  },
];
