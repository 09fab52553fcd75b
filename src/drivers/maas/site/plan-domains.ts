import type { DomainSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { onlyField } from "../field.ts";
import type { NameState } from "./read-names.ts";

/** A domain name in the form names are compared in. */
export function domainKey(name: string): string {
  return name.trim().replace(/\.$/, "").toLowerCase();
}

/** The domain a full name is in: itself when it is one, else the longest known one it ends in. */
export function enclosing(fqdn: string, known: ReadonlySet<string>): string {
  for (let rest = domainKey(fqdn); ; rest = rest.slice(rest.indexOf(".") + 1)) {
    if (known.has(rest) || !rest.includes(".")) return rest;
  }
}

/** The domains a specification wants, by their key: those it declares, and those its networks and the site only name. */
export function wantedDomains(spec: SiteSpec): Map<string, { readonly name: string; readonly said?: DomainSpec }> {
  const wanted = new Map<string, { readonly name: string; readonly said?: DomainSpec }>();
  for (const domain of spec.domains) {
    wanted.set(domainKey(domain.name), { name: domain.name.trim().replace(/\.$/, ""), said: domain });
  }
  for (const name of [spec.domain, ...spec.networks.map(({ dnsDomain }) => dnsDomain)]) {
    const key = domainKey(name);
    if (key !== "" && !wanted.has(key)) wanted.set(key, { name: name.trim().replace(/\.$/, "") });
  }
  return wanted;
}

/**
 * The DNS domains. Those that are only named are made when missing and never changed; MAAS's default domain is changed only when the specification declares it.
 */
export function planDomains(state: NameState, spec: SiteSpec): Action[] {
  return [...wantedDomains(spec)].flatMap(([key, { name, said }]): Action[] => {
    const present = state.domains.find((domain) => domainKey(domain.name) === key);
    const fields = {
      authoritative: said === undefined ? undefined : String(said.authoritative),
      ttl: said === undefined || said.ttl === 0 ? undefined : String(said.ttl),
    };
    if (present === undefined) {
      const diff = diffFields({}, { name, ...fields });
      return [
        {
          object: `domain ${name}`,
          field: "name",
          action: "create",
          before: "",
          after: diff?.after ?? "",
          request: { method: "POST", path: "domains/", form: diff?.form ?? [] },
        },
      ];
    }
    const now = { authoritative: String(present.authoritative), ttl: present.ttl === 0 ? "" : String(present.ttl) };
    const diff = diffFields(now, fields);
    if (diff === undefined) return [];
    return [
      {
        object: `domain ${present.name}`,
        field: onlyField(diff.form, { authoritative: "authoritative", ttl: "ttl" }, ""),
        action: "update",
        before: diff.before,
        after: diff.after,
        undoes: true,
        request: { method: "PUT", path: `domains/${present.id}/`, form: diff.form },
      },
    ];
  });
}
