import { ScriptOutcome } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { answeredList, type Json, number, object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";

/** The scripts MAAS ran on a machine in one go. */
export interface ScriptSet {
  readonly id: number;
  /** "commissioning", "testing", "installation" or "release". */
  readonly type: string;
  readonly results: readonly ScriptRun[];
}

/** How one script went. Times are milliseconds since the epoch. */
export interface ScriptRun {
  readonly id: number;
  readonly name: string;
  /** 0 when MAAS doesn't know the script any more. */
  readonly scriptId: number;
  /** 0 when MAAS doesn't tell. */
  readonly revisionId: number;
  readonly outcome: ScriptOutcome;
  readonly exitStatus: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** What it printed, both streams together; empty when it was not asked for. */
  readonly output: Buffer;
}

const TYPES: Readonly<Record<number, string>> = { 0: "commissioning", 1: "installation", 2: "testing", 3: "release" };
const OUTCOMES: Readonly<Record<number, ScriptOutcome>> = {
  0: ScriptOutcome.PENDING,
  1: ScriptOutcome.RUNNING,
  2: ScriptOutcome.PASSED,
  3: ScriptOutcome.FAILED,
  4: ScriptOutcome.TIMED_OUT,
  5: ScriptOutcome.ABORTED,
  6: ScriptOutcome.DEGRADED,
  // It installs what it needs.
  7: ScriptOutcome.RUNNING,
  8: ScriptOutcome.FAILED,
  9: ScriptOutcome.SKIPPED,
  // It sets the network it needs up, or couldn't.
  10: ScriptOutcome.RUNNING,
  11: ScriptOutcome.FAILED,
};
/** Largest answer taken with the output of a set, in bytes. */
const OUTPUT_MAX_BYTES = 128 * 1024 * 1024;

/** The last set of each type, the oldest first, without output. */
export async function readLastSets(client: MaasClient, systemId: string): Promise<ScriptSet[]> {
  const path = resultsPath(systemId);
  const last = new Map<string, ScriptSet>();
  for (const json of answeredList(await client.get({ path }), path, client.target.instance)) {
    const set = readSet(json);
    // MAAS lists them in no order, and a set that hasn't begun has no time: ids grow.
    if (set.id > (last.get(set.type)?.id ?? -1)) last.set(set.type, set);
  }
  return [...last.values()].sort((one, other) => one.id - other.id);
}

/** A set with what its scripts printed; `filters` names those wanted, all without. */
export async function readSetOutput(
  client: MaasClient,
  systemId: string,
  set: string,
  filters = "",
): Promise<ScriptSet> {
  const path = `${resultsPath(systemId)}${encodeURIComponent(set)}/`;
  const query = [["include_output", "true"] as const, ...(filters === "" ? [] : [["filters", filters] as const])];
  return readSet(object(await client.get({ path, query, maxBytes: OUTPUT_MAX_BYTES })));
}

function resultsPath(systemId: string): string {
  return `nodes/${encodeURIComponent(systemId)}/results/`;
}

function readSet(json: Json): ScriptSet {
  const named = text(json.type_name).toLowerCase();
  return {
    id: number(json.id),
    type: (TYPES[number(json.type, -1)] ?? named).slice(0, 16),
    results: objects(json.results).map(readRun),
  };
}

function readRun(json: Json): ScriptRun {
  const combined = bytesOf(json.output);
  const exit = number(json.exit_status, Number.NaN);
  return {
    id: number(json.id),
    name: text(json.name).slice(0, 253),
    scriptId: number(json.script_id),
    revisionId: number(json.script_revision_id),
    outcome: OUTCOMES[number(json.status, -1)] ?? ScriptOutcome.UNSPECIFIED,
    exitStatus: Number.isInteger(exit) && Math.abs(exit) < 2 ** 31 ? exit : undefined,
    startedAt: momentOf(json.started),
    endedAt: momentOf(json.ended),
    output: combined.length > 0 ? combined : Buffer.concat([bytesOf(json.stdout), bytesOf(json.stderr)]),
  };
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(text(value), "base64");
}

/** MAAS writes moments as mail does: "Tue, 01 Dec 2026 03:38:59 -0000". */
function momentOf(value: unknown): number | undefined {
  const at = Date.parse(text(value));
  return Number.isFinite(at) ? at : undefined;
}
