import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import { createFindings, type Findings } from "./findings.ts";
import { type Json, objectAt, objectOf, textAt, urlOf } from "./json.ts";
import { readNetworks } from "./networks.ts";
import { readNodes } from "./nodes.ts";
import { placing } from "./placed.ts";

/** Objects of a NetBox as its REST API lists them, each list whole. */
export interface NetboxObjects {
  readonly devices: readonly unknown[];
  readonly interfaces: readonly unknown[];
  readonly addresses: readonly unknown[];
  readonly prefixes: readonly unknown[];
  readonly racks: readonly unknown[];
}

/**
 * Reads what a NetBox says of a site as documents of layer "formation": racks, networks and nodes, by kind and in the order of the lists. What they are and have is
 * NetBox's to say; what they shall become (profiles, links, routes, storage) is for documents of other layers. Pure; never throws; what isn't understood of an
 * object leaves the others as they are.
 */
export function readNetbox(objects: NetboxObjects): {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const findings = createFindings();
  const networks = readNetworks(known(objects.prefixes), findings);
  const nodes = readNodes(known(objects.devices), {
    interfaces: known(objects.interfaces),
    addresses: known(objects.addresses),
    networks,
    findings,
  });
  const racks = known(objects.racks).flatMap((rack) => rackOf(rack, findings) ?? []);
  return { documents: [...racks, ...networks.documents, ...nodes], diagnostics: findings.all() };
}

function known(objects: readonly unknown[]): readonly Json[] {
  return objects.map(objectOf).filter((each) => each !== undefined);
}

function rackOf(rack: Json, findings: Findings): Document | undefined {
  const home = urlOf(rack);
  const name = findings.nameOf(textAt(rack, "name"), "a rack", "Rack", home);
  if (name === undefined) return undefined;
  const { value, record, document } = placing(home);
  return document("Rack", name, {
    description: value(textAt(rack, "description")),
    location: record({
      site: value(textAt(objectAt(rack, "site"), "slug")),
      location: value(textAt(objectAt(rack, "location"), "name")),
      facility_id: value(textAt(rack, "facility_id")),
    }),
  });
}
