import { ifThere } from "../client/if-there.ts";
import { number, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { listed } from "../text.ts";
import type { Machine } from "./machine.ts";
import { STATUS } from "./status.ts";

/** MAAS's numbers for a script that ended badly: failed, timed out, aborted, failed installing, failed to apply the network. */
const BAD: readonly number[] = [3, 4, 5, 8, 11];

/** The kind of scripts a failed state is about. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [STATUS.FAILED_COMMISSIONING, "commissioning"],
  [STATUS.FAILED_TESTING, "testing"],
]);

/** Which scripts made a machine fail, for people; empty when its state is about none or MAAS tells of none. */
export async function failedScripts(client: MaasClient, { systemId, status }: Machine): Promise<string> {
  const type = KINDS.get(status);
  if (type === undefined) return "";
  const path = `nodes/${encodeURIComponent(systemId)}/results/`;
  const sets = objects(await ifThere(client.get({ path, query: [["type", type]] })));
  const last = sets.sort((a, b) => number(a.id) - number(b.id)).at(-1);
  const names = objects(last?.results)
    .filter((result) => BAD.includes(number(result.status, -1)))
    .map((result) => `${text(result.name)} (${text(result.status_name) || "failed"})`);
  return names.length === 0 ? "" : listed([...new Set(names)]);
}
