import { type DnsRecord, type DnsResource, type Domain, fqdnOf, machineNames, recordsOf } from "../names/domain.ts";
import { USER } from "../sim.ts";
import type { SimState } from "../state.ts";
import { API } from "./network-view.ts";

/** A domain as the API shows it; the names of its machines are none of its records. */
export function domainView(state: SimState, domain: Domain) {
  const own = [...state.dnsResources.values()].filter(({ domainId }) => domainId === domain.id);
  const count = own.reduce((sum, resource) => sum + resource.addresses.length + recordsOf(state, resource).length, 0);
  return {
    id: domain.id,
    name: domain.name,
    authoritative: domain.authoritative,
    ttl: domain.ttl,
    is_default: domain.isDefault,
    resource_record_count: count,
    resource_uri: `${API}/domains/${domain.id}/`,
  };
}

/** The data of a name as the API shows it. */
export function dnsRecordView(state: SimState, record: DnsRecord) {
  const resource = state.dnsResources.get(record.resourceId);
  return {
    id: record.id,
    fqdn: resource === undefined ? "" : fqdnOf(state, resource),
    ttl: record.ttl,
    rrtype: record.rrtype,
    rrdata: record.rrdata,
    resource_uri: `${API}/dnsresourcerecords/${record.id}/`,
  };
}

/** A name as the API shows it. */
export function dnsResourceView(state: SimState, resource: DnsResource) {
  return {
    id: resource.id,
    fqdn: fqdnOf(state, resource),
    address_ttl: resource.addressTtl,
    ip_addresses: resource.addresses.map((ip, index) => ({
      id: resource.id * 1000 + index,
      ip,
      alloc_type: 4,
      user: { username: USER.username },
      subnet: null,
      lease_time: 0,
    })),
    resource_records: recordsOf(state, resource).map((record) => dnsRecordView(state, record)),
    resource_uri: `${API}/dnsresources/${resource.id}/`,
  };
}

/** The names the service makes by itself for the machines of a domain, in the form of a name that is not stored. */
export function implicitNames(state: SimState, domain: Domain) {
  return machineNames(state, domain).map(({ systemId, hostname, addresses }) => ({
    id: -1,
    fqdn: `${hostname}.${domain.name}`,
    address_ttl: null,
    ip_addresses: null,
    resource_records: addresses.map((ip) => ({
      system_id: systemId,
      node_type: 0,
      user_id: null,
      dnsresource_id: null,
      ttl: 30,
      rrtype: ip.includes(":") ? "AAAA" : "A",
      rrdata: ip,
      dnsdata_id: null,
    })),
    resource_uri: `${API}/dnsresources/-1/`,
  }));
}
