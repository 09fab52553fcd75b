/** The path of a member of a map or keyed list: `interfaces["bond0"]`. */
export function memberPath(path: string, key: string): string {
  return `${path}[${JSON.stringify(key)}]`;
}
