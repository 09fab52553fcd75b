/** The parameters of an `Authorization: OAuth …` header, percent-decoded; `undefined` for any other scheme or form. */
export function parseAuthorization(header: string | undefined): ReadonlyMap<string, string> | undefined {
  if (header === undefined || !/^OAuth\s/i.test(header)) return undefined;
  const parameters = new Map<string, string>();
  for (const item of header.slice(6).split(",")) {
    const match = /^\s*([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|([^\s"]*))\s*$/.exec(item);
    const name = match?.[1];
    if (name === undefined) continue;
    try {
      parameters.set(name, decodeURIComponent(match?.[2] ?? match?.[3] ?? ""));
    } catch {
      return undefined;
    }
  }
  return parameters;
}
