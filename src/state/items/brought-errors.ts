import { create } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import { DiagnosticSchema } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { diagnostic } from "../../db/schema.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { failure } from "../../mesh/failure.ts";
import type { CommitOutcome } from "../commit-staged.ts";
import { evaluateContent } from "../evaluate-content.ts";
import type { DesignRow } from "../store/designs.ts";

const ERROR = 1;

/**
 * The errors a change brings: those of the new revision that the head did not have. One that stands at another place now, or is told with other lines, is the same. What
 * an empty design lacks, such as a Site, is no error that the first changes bring.
 */
export async function broughtErrors(
  tx: Db,
  head: DesignRow,
  { row, newErrors }: CommitOutcome,
): Promise<readonly Diagnostic[]> {
  if (row === undefined || newErrors.length === 0) return [];
  const gone = await tx
    .select({ body: diagnostic.body })
    .from(diagnostic)
    .where(
      and(eq(diagnostic.design, head.name), eq(diagnostic.toRevision, row.number), eq(diagnostic.severity, ERROR)),
    );
  const before = gone.map(({ body }) => body);
  if (head.revision === 0n) before.push(...errorsOfNothing());
  const left = new Map<string, number>();
  for (const each of before) left.set(identityOf(each), (left.get(identityOf(each)) ?? 0) + 1);
  return newErrors.filter((each) => {
    const count = left.get(identityOf(each)) ?? 0;
    left.set(identityOf(each), count - 1);
    return count <= 0;
  });
}

/** Refuses a change for the errors it brings, which the error tells; the first 100 of them. */
export function designInvalid(errors: readonly Diagnostic[], hint: string): ConnectError {
  return findingsFailure(Code.FailedPrecondition, ErrorReason.DESIGN_INVALID, "the change would bring", errors, hint);
}

/** An error whose reason is findings: it says how many there are and the first of them, and tells the first 100. */
export function findingsFailure(
  code: Code,
  reason: ErrorReason,
  what: string,
  errors: readonly Diagnostic[],
  hint: string,
): ConnectError {
  const [first] = errors;
  const item = first?.kind === undefined ? "" : `${first.kind}/${first.name ?? ""}: `;
  const count = `${errors.length} ${errors.length === 1 ? "error" : "errors"}`;
  return failure(code, reason, `${what} ${count}: ${item}${first?.message ?? ""}`, {
    ...{ hint, location: first?.location, fieldPath: first?.field },
    subject: first?.kind === undefined ? undefined : `${first.kind}/${first.name ?? ""}`,
    diagnostics: errors.slice(0, 100).map((each) => create(DiagnosticSchema, diagnosticToMessage(each))),
  });
}

function errorsOfNothing(): readonly Diagnostic[] {
  const { diagnostics } = evaluateContent({ layers: [], documents: [], consumerDiagnostics: [] });
  return diagnostics.map((each) => each.diagnostic).filter(({ severity }) => severity === "error");
}

/** What tells one error from another, wherever it stands. */
function identityOf({ rule, kind = "", name = "", field = "", message }: Diagnostic): string {
  return JSON.stringify([rule, kind, name, field, message.replace(/\bline \d+/g, "line")]);
}
