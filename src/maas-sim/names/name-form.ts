import { noSuch } from "../http/api-error.ts";
import type { Call } from "../http/resource.ts";
import { type Domain, findDomain, splitFqdn } from "./domain.ts";

/** The name and domain a request is about: `name` and `domain`, or `fqdn` when neither is there. Throws a 404 for a domain that is not there. */
export function placeField(
  call: Call,
  rrtype: string,
): { readonly name: string | undefined; readonly domain: Domain | undefined } {
  const { form, sim } = call;
  const fqdn = form.text("fqdn");
  const split = !form.has("name") && !form.has("domain") && fqdn ? splitFqdn(sim.state, fqdn, rrtype) : undefined;
  const wanted = split?.domain ?? form.text("domain");
  const domain = wanted === undefined ? undefined : findDomain(sim.state, wanted);
  if (wanted !== undefined && domain === undefined) throw noSuch("Domain");
  return { name: split?.name ?? form.text("name"), domain };
}
