import {
  closeFields,
  closeList,
  type Fields,
  type Located,
  type NoteConversion,
  openFields,
  openList,
  rename,
  rewrite,
  rewriteFields,
  rewriteMembers,
} from "../located.ts";
import type { Problems } from "../problems.ts";
import { splitCommaText } from "../split-text.ts";

/** Rewrites the fields of a network: `vlan_id`, route `weight`, route domains, and DNS servers as a comma separated text. */
export function convertNetwork(fields: Fields, note: NoteConversion, problems: Problems): void {
  rename(fields, "vlan_id", "vlan", note);
  rename(fields, "routedomain", "route_domain", note);
  rewrite(fields, "routes", (value) =>
    rewriteMembers(joinCutRoutes(value, problems), (route) => convertRoute(route, note)),
  );
  rewrite(fields, "dns", (value) =>
    rewriteFields(value, (dns) => {
      rewrite(dns, "servers", (servers) => (servers.tree === null ? undefined : splitCommaText(servers)));
    }),
  );
}

function convertRoute(route: Located, note: NoteConversion): Located {
  return rewriteFields(route, (fields) => {
    rename(fields, "weight", "metric", note);
    rename(fields, "routedomain", "route_domain", note);
  });
}

/**
 * A route whose keys stand in list members of their own (`- subnet`, `- gateway`, `- weight`) is put together again, and each member that should
 * not be one is an error. A member begins a route when it repeats a key or names a destination.
 */
function joinCutRoutes(value: Located, problems: Problems): Located {
  const list = openList(value);
  if (list === undefined) return value;
  const routes: Located[] = [];
  let open: Located | undefined;
  for (const member of list.values) {
    const fields = openFields(member);
    const whole = open === undefined ? undefined : openFields(open);
    const isPiece =
      fields !== undefined &&
      fields.values.size > 0 &&
      !fields.values.has("subnet") &&
      !fields.values.has("routedomain");
    if (isPiece && whole !== undefined && [...fields.values.keys()].every((key) => !whole.values.has(key))) {
      problems.add({
        rule: "split-route",
        severity: "error",
        message: `found ${[...fields.values.keys()].join(" and ")} as a list member of its own, expected it inside the route that begins on line ${whole.source.line}`,
        hint: `remove the "-" in front of it and indent it like "subnet"`,
        at: member.source,
        kind: "Network",
        field: "routes",
        related: [{ message: "the route begins here", at: whole.source }],
      });
      for (const [key, piece] of fields.values) whole.values.set(key, piece);
      open = closeFields(whole);
      routes[routes.length - 1] = open;
      continue;
    }
    routes.push(member);
    open = member;
  }
  return closeList(routes, list.source);
}
