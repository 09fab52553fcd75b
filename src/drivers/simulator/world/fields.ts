/** What is set of something: values by the path of the field of the specification that says them. No value is empty. */
export type Fields = Readonly<Record<string, string>>;

/** One field in which what is there differs from what is wanted; an empty text stands for none. */
export interface FieldDifference {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** The differences, those that are wanted first, in the order of the fields. */
export function differences(now: Fields, wanted: Fields): FieldDifference[] {
  const found: FieldDifference[] = [];
  for (const field in wanted) {
    const after = wanted[field] ?? "";
    const before = now[field] ?? "";
    if (before !== after) found.push({ field, before, after });
  }
  for (const field in now) {
    if (!(field in wanted)) found.push({ field, before: now[field] ?? "", after: "" });
  }
  return found;
}

/** Whether two sets of fields say the same. */
export function sameFields(a: Fields, b: Fields): boolean {
  for (const field in a) if ((a[field] ?? "") !== (b[field] ?? "")) return false;
  for (const field in b) if (!(field in a) && b[field] !== "") return false;
  return true;
}
