import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { isNothing, listOf, textAt, valueAt } from "../reading/map-draft.ts";
import { memberPath } from "../reading/names.ts";
import type { ItemContext } from "./item-context.ts";

/**
 * A mapping by name as a list of members that carry their name; any other value stays as it is. One member written without a list, which says its name in one
 * of its own fields (`key`, or one of `names`), is a list of one. A null member takes the inherited one away, as `!name` does.
 * A member that is neither a mapping nor null is reported.
 */
export function namedMembers(
  value: YamlNode,
  key: string,
  path: string,
  item: ItemContext,
  names: readonly string[] = [key],
): YamlNode {
  if (value.kind !== "map") return value;
  if (names.some((name) => isText(valueAt(value, name)))) {
    item.note(path, "one member without a list is a list of one");
    return listOf([value], value.position);
  }
  const members: YamlNode[] = [];
  for (const { key: name, keyPosition, value: member } of value.entries) {
    const removes = name.startsWith("!");
    if (isNothing(member)) {
      members.push(withKey([], key, removes ? name : `!${name}`, keyPosition));
    } else if (member.kind === "map") {
      members.push(withKey(member.entries, key, name, keyPosition));
    } else if (removes) {
      members.push(withKey([], key, name, keyPosition));
    } else {
      item.report({
        rule: "wrong-type",
        severity: "error",
        message: `found ${quoteText(name)} with a ${member.kind === "list" ? "list" : "single value"}, expected a mapping of its fields`,
        hint: "write its fields one a line, indented below it; nothing at all takes an inherited one away",
        at: member.position,
        field: memberPath(path, name),
      });
    }
  }
  return listOf(members, value.position);
}

function isText(value: YamlNode | undefined): boolean {
  return value?.kind === "scalar" && !isNothing(value);
}

/** A mapping with one more field, the name it stood under, at the place of that name. */
function withKey(entries: readonly YamlEntry[], key: string, name: string, position: SourcePosition): YamlMap {
  const named: YamlEntry = { key, keyPosition: position, value: textAt(name, position) };
  return { kind: "map", entries: [named, ...entries], position };
}
