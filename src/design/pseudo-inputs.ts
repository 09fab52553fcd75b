/** The input that changes when another item is the design's Site. */
export const SITE_INPUT = "design/site";

/** The input that changes with anything in a chain or circle of inheritance that is longer than one may be: it stands for the items of all of them. */
export const LONG_CHAINS_INPUT = "design/long-chains";

const ROUTE_DOMAIN = "route-domain/";

/** The input that changes when a network of a route domain comes, goes or changes its block. */
export function routeDomainInput(domain: string): string {
  return `${ROUTE_DOMAIN}${domain}`;
}

/** The route domain an input is about; undefined for any other input. */
export function routeDomainOf(input: string): string | undefined {
  return input.startsWith(ROUTE_DOMAIN) ? input.slice(ROUTE_DOMAIN.length) : undefined;
}
