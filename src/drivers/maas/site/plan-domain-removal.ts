import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { ActionPlan } from "../action.ts";
import { domainKey, enclosing, wantedDomains } from "./plan-domains.ts";
import type { Domain, NameState } from "./read-names.ts";

/** The domains that are there and that a specification which owns the site and declares domains doesn't want; MAAS's default one is never among them. */
export function unwantedDomains(domains: readonly Domain[], spec: SiteSpec): Domain[] {
  if (!spec.prune || spec.domains.length === 0) return [];
  const wanted = wantedDomains(spec);
  return domains.filter(({ id, name, isDefault }) => id > 0 && !isDefault && !wanted.has(domainKey(name)));
}

/** Removes domains the specification doesn't want, their names first. One that nodes are in stays, and a note says so. */
export function planDomainRemoval(state: NameState, spec: SiteSpec): ActionPlan {
  const known = new Set(state.domains.map(({ name }) => domainKey(name)));
  const unwanted = unwantedDomains(state.domains, spec);
  const isUsed = ({ name }: Domain) => state.usedDomains.has(name);
  const actions = unwanted
    .filter((domain) => !isUsed(domain))
    .flatMap((domain) => {
      const names = state.dnsNames.filter(({ fqdn }) => enclosing(fqdn, known) === domainKey(domain.name));
      return [
        ...names.map(({ id, fqdn, addresses }) => ({
          object: `dns name ${fqdn.toLowerCase()}`,
          action: "delete",
          before: addresses.join(", ") || "no addresses",
          after: "",
          undoes: true,
          request: { method: "DELETE" as const, path: `dnsresources/${id}/` },
        })),
        {
          object: `domain ${domain.name}`,
          action: "delete",
          before: `authoritative ${domain.authoritative}`,
          after: "",
          undoes: true,
          request: { method: "DELETE" as const, path: `domains/${domain.id}/` },
        },
      ];
    });
  const notes = unwanted.filter(isUsed).map(({ name }) => `domain ${name} is left: nodes are in it`);
  return { actions, notes };
}
