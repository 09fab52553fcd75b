import { randomUUID } from "node:crypto";
import { type Client, Code } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { submitDesign } from "../control/submit-design.ts";
import type { Db } from "../db/database.ts";
import { failure } from "../mesh/failure.ts";
import { onBehalfOf } from "../mesh/service-clients.ts";
import type { SourceReader } from "./source.ts";
import { errorText } from "./source-error.ts";
import { endHold, type Hold, type LookRecord, prolongHold, takeHold } from "./source-store.ts";

/** A source and all that looking at it needs. */
export interface FollowedSource {
  readonly name: string;
  readonly type: string;
  readonly design: string;
  readonly layer?: string;
  /** Digest of how it is configured. */
  readonly fingerprint: string;
  readonly reader: SourceReader;
}

/** What looks at sources with. */
export interface LookTools {
  readonly db: Db;
  readonly designState: () => Client<typeof DesignStateService>;
  /** Ends every look. */
  readonly stop: AbortSignal;
  readonly holdMs: number;
  /** How long one look may take. */
  readonly lookMs: number;
}

/** What came of a look. */
export type Look =
  | { readonly is: "done"; readonly changed: boolean }
  | { readonly is: "failed"; readonly error: unknown }
  /** Somebody else looks at it; or has, within the rest asked for. */
  | { readonly is: "taken" | "fresh" };

/**
 * Looks at a source once, in this process alone, and commits what is new. What fails is recorded and answered; what was committed before stays. Nobody looks
 * within `restMs` of another look.
 */
export async function lookAt(source: FollowedSource, tools: LookTools, restMs: number): Promise<Look> {
  const { db, holdMs } = tools;
  const hold: Hold = { name: source.name, design: source.design, holder: randomUUID(), holdMs, restMs };
  const answer = await takeHold(db, hold);
  if (answer.is !== "held") return { is: answer.is };
  const { committed } = answer;
  const sameConfig = committed.design === source.design && committed.fingerprint === source.fingerprint;
  const lost = new AbortController();
  const renewal = setInterval(() => {
    // A database that doesn't answer lets the hold run out by itself.
    prolongHold(db, hold).then(
      (kept) => kept || lost.abort(takenOver(source.name)),
      () => {},
    );
  }, holdMs / 3);
  const signal = AbortSignal.any([tools.stop, lost.signal, AbortSignal.timeout(tools.lookMs)]);
  try {
    const { revision, ...record } = await readAndCommit(source, tools, sameConfig ? committed.position : "", signal);
    // What changed nothing is still the revision that was made of it.
    const keepsRevision = sameConfig && committed.revision > 0n && record.committed !== true;
    await endHold(db, hold, { ...record, ...(revision !== undefined && !keepsRevision && { revision }), error: "" });
    return { is: "done", changed: record.committed === true };
  } catch (caught) {
    const error: unknown = signal.aborted ? signal.reason : caught;
    await endHold(db, hold, tools.stop.aborted ? undefined : failed(source, committed.design, errorText(error)));
    return { is: "failed", error };
  } finally {
    clearInterval(renewal);
  }
}

function takenOver(name: string): Error {
  return failure(Code.Aborted, ErrorReason.OPERATION_IN_PROGRESS, `another process took source ${name} over`);
}

/** What was committed last stays on record, unless that was to another design. */
function failed({ design }: FollowedSource, committedTo: string, error: string): LookRecord {
  return committedTo === design ? { error } : { design, position: "", fingerprint: "", revision: 0n, error };
}

/** Reads what is new and makes it a revision; without anything new the record is empty. */
async function readAndCommit(
  { name, type, design, layer, fingerprint, reader }: FollowedSource,
  { designState }: LookTools,
  since: string,
  signal: AbortSignal,
): Promise<LookRecord> {
  const content = await reader.read(since, signal);
  if (content === undefined) return {};
  signal.throwIfAborted();
  const { position, documents, diagnostics, message, metadata } = content;
  const source = `${type}:${name}`;
  const { committed } = await submitDesign(
    designState(),
    { ...{ design, documents, diagnostics, message, metadata, source }, ...(layer !== undefined && { layer }) },
    { ...onBehalfOf({ name: source, role: Role.SERVICE }), signal },
  );
  const revision = committed.revision?.number ?? 0n;
  return { design, position, fingerprint, revision, committed: committed.changed };
}
