import { closeFields, closeList, type Located, openFields } from "./located.ts";

/** A mapping by name as a list of members that carry their name; lists stay as they are. A null member takes the inherited one away. */
export function namedMembers(value: Located, key: string): Located {
  const fields = openFields(value);
  if (fields === undefined) return value;
  return closeList(
    [...fields.values].map(([name, member]) => withKey(member, key, member.tree === null ? `!${name}` : name)),
    value.source,
  );
}

/** A mapping with one more field, the name it stood under, at the place of that name. */
export function withKey(member: Located, key: string, name: string): Located {
  const place = {
    line: member.source.keyLine ?? member.source.line,
    column: member.source.keyColumn ?? member.source.column,
  };
  const fields = openFields(member);
  const values = new Map<string, Located>([[key, { tree: name, source: place }], ...(fields?.values ?? [])]);
  return closeFields({ values, source: { ...member.source, ...place } });
}
