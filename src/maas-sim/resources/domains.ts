import { invalidFields, noSuch } from "../http/api-error.ts";
import { json, noContent, text } from "../http/reply.ts";
import { type Call, create, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { type Domain, domainOfNewMachines, findDomain, isDomainName } from "../names/domain.ts";
import { parseAddress } from "../network/address.ts";
import { domainView } from "../views/domain-view.ts";

const FIELDS = ["name", "authoritative", "ttl", "forward_dns_servers"];

function find(call: Call): Domain {
  const domain = findDomain(call.sim.state, call.arg("id"));
  if (domain === undefined) throw noSuch("Domain");
  return domain;
}

function announce(call: Call, domain: Domain): void {
  const { state } = call.sim;
  call.writes("domain", domain.name, () => (state.domains.has(domain.id) ? domainView(state, domain) : null));
}

/** Checks the fields of a new or existing domain. Throws a 400. */
function checked(call: Call, self: Domain | undefined): Pick<Domain, "name" | "authoritative" | "ttl"> {
  const { form, sim } = call;
  const name = (self === undefined ? form.required("name") : form.text("name")) || self?.name || "";
  if (name !== "" && !isDomainName(name)) form.fail("name", `Invalid domain name: ${name}.`);
  const other = [...sim.state.domains.values()].find((domain) => domain.name === name);
  if (other !== undefined && other !== self) form.fail("name", "Domain with this Name already exists.");
  const authoritative = form.boolean("authoritative");
  const forwarders = form.list("forward_dns_servers").flatMap((value) => value.split(/[\s,]+/));
  for (const address of forwarders) {
    if (parseAddress(address) === undefined) form.fail("forward_dns_servers", `Invalid IP address: ${address}`);
  }
  if (authoritative && forwarders.length > 0) {
    form.fail("__all__", "a domain cannot be both authoritative and have forward dns servers");
  }
  const ttl = form.integer("ttl", { min: 1, max: 604_800 });
  form.check();
  return {
    name,
    authoritative: authoritative ?? self?.authoritative ?? true,
    ttl: form.has("ttl") ? (ttl ?? null) : (self?.ttl ?? null),
  };
}

function removeDomain(call: Call) {
  const domain = find(call);
  const { state } = call.sim;
  if (domain.isDefault) {
    throw invalidFields({ __all__: ["This domain is the default domain, it cannot be deleted."] });
  }
  const isUsed =
    [...state.machines.values()].some(({ domainId }) => domainId === domain.id) ||
    [...state.dnsResources.values()].some(({ domainId }) => domainId === domain.id);
  if (isUsed) throw invalidFields({ __all__: ["This domain is in use, it cannot be deleted."] });
  announce(call, domain);
  state.domains.delete(domain.id);
  return noContent();
}

/** `domains/` and `domains/{id}/`. */
export const domainResources: readonly Resource[] = [
  {
    handler: "DomainsHandler",
    path: "domains/",
    actions: [
      read([], ({ sim: { state } }) => json([...state.domains.values()].map((domain) => domainView(state, domain)))),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fields = checked(call, undefined);
        const domain: Domain = { id: state.nextId("domain"), isDefault: false, ...fields };
        announce(call, domain);
        state.domains.set(domain.id, domain);
        return json(domainView(state, domain));
      }),
      operation("set_serial", ["serial"], ({ form }) => {
        if (form.integer("serial", { min: 1, max: 2 ** 32 - 1 }) === undefined)
          form.fail("serial", "Missing parameter");
        form.check();
        return text("");
      }),
    ],
  },
  {
    handler: "DomainHandler",
    path: "domains/{id}/",
    actions: [
      read([], (call) => json(domainView(call.sim.state, find(call)))),
      update(FIELDS, (call) => {
        const domain = find(call);
        const fields = checked(call, domain);
        announce(call, domain);
        Object.assign(domain, fields);
        return json(domainView(call.sim.state, domain));
      }),
      remove([], removeDomain),
      operation("set_default", [], (call) => {
        const domain = find(call);
        const { state } = call.sim;
        const old = domainOfNewMachines(state);
        announce(call, domain);
        old.isDefault = false;
        domain.isDefault = true;
        for (const machine of state.machines.values()) {
          if (machine.domainId === old.id && machine.owner === null) machine.domainId = domain.id;
        }
        return json(domainView(state, domain));
      }),
    ],
  },
];
