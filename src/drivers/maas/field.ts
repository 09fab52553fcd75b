/** The path of a member of a list or map of the specification, such as `interfaces["bond0"]`. */
export function member(list: string, key: string): string {
  return `${list}[${JSON.stringify(key)}]`;
}

/** The one field a difference is about: what it is called in the specification, when only one of MAAS's names differs; else `whole`. */
export function onlyField(
  form: readonly (readonly [string, string])[],
  names: Readonly<Record<string, string>>,
  whole: string,
): string {
  const [first, ...others] = form;
  return others.length === 0 && first !== undefined ? (names[first[0]] ?? whole) : whole;
}
