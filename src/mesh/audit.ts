import type { DescMessage, Message } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { type Call, IN_PROCESS, outcomeOf } from "./call.ts";
import type { Caller } from "./caller.ts";
import { methodName, roleOf } from "./method-role.ts";
import { isSecret } from "./redact-secrets.ts";

/** One call that changed something, or tried to. */
export type AuditEntry = {
  /** Who called; `anonymous` when nobody could tell. */
  readonly caller: Caller;
  /** What was called: `bedplate.control.v1.ControlService/ApplyPlan`. */
  readonly method: string;
  /** Remote address. */
  readonly peer: string;
  /** `ok`, or the canonical code. */
  readonly outcome: string;
  /** What it was about, such as `design=site-a node=n1`, at most 512 characters; empty when the request doesn't say. */
  readonly subject: string;
};

/** Keeps audit records. */
export interface AuditSink {
  /** Stores a record; the call is answered once it is stored. A rejection is logged with the record and fails no call. */
  record(entry: AuditEntry): Promise<void>;
  /** Whether a call is worth a record; `isMutating` unless given. */
  applies?(call: Call): boolean;
}

const READS = /^(Get|List|Watch|Observe|Plan|Probe|Validate|Explain|Diff)/;

/**
 * Whether a call from outside may change something: every RPC for OPERATOR or ADMIN, and those for NODE and SERVICE whose
 * name isn't that of a read. Calls within the process serve one from outside, which has the record.
 */
export function isMutating(call: Call): boolean {
  if (call.peer === IN_PROCESS) return false;
  const needed = roleOf(call.method);
  if (needed === Role.OPERATOR || needed === Role.ADMIN) return true;
  return (needed === Role.NODE || needed === Role.SERVICE) && !READS.test(call.method.name);
}

/** The audit record of a call that has ended. */
export function auditEntry(call: Call): AuditEntry {
  const { caller, peer, subject } = call;
  return {
    caller,
    peer,
    subject: storable(subject.slice(0, 512)),
    method: methodName(call.method),
    outcome: outcomeOf(call),
  };
}

// A database keeps neither zero characters nor halves of characters, and no name may keep a call out of the records.
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}

const SUBJECTS = new Set([
  "design",
  "layer",
  "kind",
  "name",
  "node",
  "network",
  "plan_id",
  "job_id",
  "change_id",
  "boot_action",
]);

/** What a request is about, from the names it gives: `design=site-a node=n1`. */
export function subjectOf(schema: DescMessage, message: Message): string {
  const request = reflect(schema, message);
  const parts: string[] = [];
  for (const field of request.fields) {
    if (!SUBJECTS.has(field.name) || field.fieldKind !== "scalar" || field.scalar !== ScalarType.STRING) continue;
    const value = request.get(field);
    if (value !== "" && !isSecret(field)) parts.push(`${field.name}=${String(value)}`);
  }
  return parts.join(" ");
}
