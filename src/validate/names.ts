/** A name as a member key in a field path: a JSON string. */
export function memberKey(name: string): string {
  return JSON.stringify(name);
}
