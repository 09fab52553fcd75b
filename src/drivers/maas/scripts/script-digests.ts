import { createHash } from "node:crypto";
import { ifThere } from "../client/if-there.ts";
import { answeredList, number, object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { ScriptRun } from "./script-sets.ts";

/** Largest answer taken with all revisions of one script, in bytes. */
const SCRIPT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * SHA-256 of the text each script had when it ran, lower-case hex, by the id of the revision. Those of MAAS's own scripts are left out, as are those of scripts that are gone
 * or changed so often that the revision isn't kept.
 */
export async function scriptDigests(client: MaasClient, runs: readonly ScriptRun[]): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  const wanted = new Set(runs.filter(({ revisionId }) => revisionId > 0).map(({ scriptId }) => scriptId));
  wanted.delete(0);
  if (wanted.size === 0) return digests;
  const list = answeredList(
    (await ifThere(client.get({ path: "scripts/" }))) ?? [],
    "scripts/",
    client.target.instance,
  );
  for (const script of list) {
    if (!wanted.has(number(script.id)) || script.default === true) continue;
    const path = `scripts/${encodeURIComponent(text(script.name))}`;
    const query = [["include_script", "true"]] as const;
    const whole = object(await ifThere(client.get({ path, query, maxBytes: SCRIPT_MAX_BYTES })));
    for (const revision of objects(whole.history)) {
      const source = Buffer.from(text(revision.data), "base64");
      if (source.length > 0) digests.set(number(revision.id), createHash("sha256").update(source).digest("hex"));
    }
  }
  return digests;
}
