import { toJson } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { type Condition, NodePhase, type NodeStatusUpdate } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { HardwareManifestSchema } from "../../../gen/bedplate/type/v1/hardware_pb.js";
import { type Db, execute } from "../../db/database.ts";
import type { StoredCondition } from "../../db/schema/node-status.ts";
import { nodeStatus } from "../../db/schema.ts";
import { digestOf } from "../digest.ts";
import { storedDifference } from "../messages/hardware-difference.ts";
import { phaseToText, verdictToText } from "../messages/node-status.ts";
import { jsonRows } from "./json-rows.ts";
import { recordStatusEvent } from "./record-events.ts";

type StatusRow = typeof nodeStatus.$inferSelect;

const MOST_CONDITIONS = 64;
const NODES_AT_ONCE = 5_000;

/** Applies changes to the state of nodes, in order. What a change leaves out stays; two changes to one node at the same time both take effect. */
export async function recordNodeStatus(tx: Db, design: string, updates: readonly NodeStatusUpdate[]): Promise<void> {
  const nodes = [...new Set(updates.map(({ node }) => node))].sort();
  await addMissing(tx, design, nodes);
  const rows = await holdRows(tx, design, nodes);
  const now = await databaseNow(tx);
  const manifests = new Map<string, object>();
  for (const update of updates) {
    const row = rows.get(update.node);
    if (row === undefined) throw new Error("a node's status vanished while it was held");
    rows.set(update.node, updated(row, update, now));
    if (update.asBuilt === undefined) continue;
    const manifest = toJson(HardwareManifestSchema, update.asBuilt);
    manifests.set(update.node, { node: update.node, manifest, digest: digestOf(manifest) });
  }
  await writeRows(tx, design, [...rows.values()]);
  await writeManifests(tx, design, [...manifests.values()]);
  await recordStatusEvent(tx, design, nodes);
}

/** In the order of names, as whoever holds several rows must, so that two at once don't wait for each other. */
async function addMissing(tx: Db, design: string, nodes: readonly string[]): Promise<void> {
  for (const part of jsonRows(nodes.map((node) => ({ node })))) {
    await tx.execute(sql`
      insert into bedplate.node_status (design, node, phase, conditions, last_job_id, provider_id, addresses,
        hardware_verdict, hardware_differences, deployed_spec_digest)
      select ${design}, node, 'UNSPECIFIED', '[]', '', '', '[]', 'UNSPECIFIED', '[]', ''
      from jsonb_to_recordset(${part}::text::jsonb) as r(node text)
      on conflict do nothing`);
  }
}

async function holdRows(tx: Db, design: string, nodes: readonly string[]): Promise<Map<string, StatusRow>> {
  const rows = new Map<string, StatusRow>();
  for (let start = 0; start < nodes.length; start += NODES_AT_ONCE) {
    const part = await tx
      .select()
      .from(nodeStatus)
      .where(and(eq(nodeStatus.design, design), inArray(nodeStatus.node, nodes.slice(start, start + NODES_AT_ONCE))))
      .orderBy(asc(nodeStatus.node))
      .for("update");
    for (const row of part) rows.set(row.node, row);
  }
  return rows;
}

async function databaseNow(tx: Db): Promise<string> {
  const [row] = await execute<{ ms: string }>(tx, sql`select (extract(epoch from now()) * 1000)::bigint::text as ms`);
  return new Date(Number(row?.ms)).toISOString();
}

function updated(row: StatusRow, update: NodeStatusUpdate, now: string): StatusRow {
  const { phase, lastJobId, providerId, addresses, hardwareVerdict, deployedSpecDigest, calledInAt } = update;
  return {
    ...row,
    ...(phase !== undefined &&
      phaseToText(phase) !== row.phase && { phase: phaseToText(phase), phaseSince: new Date(now) }),
    conditions: mergeConditions(row.conditions, update.conditions, now),
    lastJobId: lastJobId ?? row.lastJobId,
    providerId: providerId ?? row.providerId,
    addresses: addresses.length === 0 ? row.addresses : addresses,
    ...(hardwareVerdict !== undefined && {
      hardwareVerdict: verdictToText(hardwareVerdict),
      hardwareDifferences: update.hardwareDifferences.map(storedDifference),
    }),
    deployedSpecDigest: deployedSpecDigest ?? row.deployedSpecDigest,
    deployedRevision: deployedFrom(row, update),
    calledInAt: calledInAt === undefined ? row.calledInAt : timestampDate(calledInAt),
  };
}

/** A released node is not deployed any more. */
function deployedFrom(row: StatusRow, { phase, deployedRevision }: NodeStatusUpdate): bigint | null {
  if (deployedRevision !== undefined) return deployedRevision === 0n ? null : deployedRevision;
  return phase === NodePhase.RELEASED ? null : row.deployedRevision;
}

/** Newest last; of more than a status may hold, the oldest go. */
function mergeConditions(
  before: readonly StoredCondition[],
  changes: readonly Condition[],
  now: string,
): readonly StoredCondition[] {
  const conditions = new Map(before.map((condition) => [condition.type, condition]));
  for (const { type, status, message, since } of changes) {
    const old = conditions.get(type);
    const unchanged = old !== undefined && old.status === status ? old.since : now;
    conditions.delete(type);
    conditions.set(type, { type, status, message, since: since ? timestampDate(since).toISOString() : unchanged });
  }
  return [...conditions.values()].slice(-MOST_CONDITIONS);
}

async function writeRows(tx: Db, design: string, rows: readonly StatusRow[]): Promise<void> {
  // JSON has no numbers of eight bytes.
  const texts = rows.map((row) => ({ ...row, deployedRevision: row.deployedRevision && `${row.deployedRevision}` }));
  for (const part of jsonRows(texts)) {
    await tx.execute(sql`
      update bedplate.node_status t set
        phase = r.phase, conditions = r.conditions, last_job_id = r."lastJobId", provider_id = r."providerId",
        addresses = r.addresses, hardware_verdict = r."hardwareVerdict",
        hardware_differences = r."hardwareDifferences", deployed_spec_digest = r."deployedSpecDigest",
        deployed_revision = r."deployedRevision", called_in_at = r."calledInAt", phase_since = r."phaseSince", updated_at = now()
      from jsonb_to_recordset(${part}::text::jsonb) as r(node text, phase text, conditions jsonb, "lastJobId" text,
        "providerId" text, addresses jsonb, "hardwareVerdict" text, "hardwareDifferences" jsonb,
        "deployedSpecDigest" text, "deployedRevision" bigint, "calledInAt" timestamptz, "phaseSince" timestamptz)
      where t.design = ${design} and t.node = r.node`);
  }
}

async function writeManifests(tx: Db, design: string, rows: readonly object[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.as_built (design, node, manifest, digest)
      select ${design}, node, manifest, digest
      from jsonb_to_recordset(${part}::text::jsonb) as r(node text, manifest jsonb, digest text)
      on conflict (design, node) do update set
        manifest = excluded.manifest, digest = excluded.digest, stored_at = now()`);
  }
}
