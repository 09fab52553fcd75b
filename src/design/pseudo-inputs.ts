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

/** Changes when an item of the kind comes or goes. */
export function namesInput(kind: string): string {
  return `names/${kind}`;
}

/** Changes when the first item of the kind comes, or the last one goes. */
export function anyInput(kind: string): string {
  return `any/${kind}`;
}

/** Changes with every item of the kind. */
export function membersInput(kind: string): string {
  return `members/${kind}`;
}

/** Changes when an item comes that inherits from the item ("Kind/name"), or one goes that did. */
export function childrenInput(key: string): string {
  return `children/${key}`;
}

/** Changes when something of an item is lost, or found again. */
export const WHOLE_INPUT = "design/whole";
