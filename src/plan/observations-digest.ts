import { createHash } from "node:crypto";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerFacts, SitePlan } from "./node-facts.ts";

/**
 * SHA-256, lower-case hex, over the RFC 8785 form of what was observed and matters: of each machine its id, state and the digest of its specification, of each
 * object a site's plan rests on its digest. In which order it was observed, when, and what a provisioner says about it in words is no part of it.
 */
export function observationsDigest(
  sites: ReadonlyMap<string, Pick<SitePlan, "objects">>,
  servers: ReadonlyMap<string, ServerFacts>,
): string {
  const hash = createHash("sha256").update('{"servers":{');
  let comma = "";
  for (const [node, { providerId, specDigest, state }] of byName(servers)) {
    const facts = { providerId, specDigest, state: `SERVER_STATE_${ServerState[state]}` };
    hash.update(`${comma}${JSON.stringify(node)}:${JSON.stringify(facts)}`);
    comma = ",";
  }
  const seen = byName(sites).map(([instance, { objects }]): [string, unknown] => [
    instance,
    objects
      .map(({ digest, name, type }) => ({ digest, name, type }))
      .sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name) || compare(a.digest, b.digest)),
  ]);
  const text = seen.map(([instance, objects]) => `${JSON.stringify(instance)}:${JSON.stringify(objects)}`).join(",");
  return hash.update(`},"sites":{${text}}}`).digest("hex");
}

function byName<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([a], [b]) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
