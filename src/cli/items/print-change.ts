import { ConnectError } from "@connectrpc/connect";
import type { Revision } from "../../../gen/bedplate/design/v1/revision_pb.js";
import type { Diagnostic as DiagnosticMessage } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { diagnosticFromMessage } from "../../design/from-message.ts";
import { errorDetail } from "../../mesh/failure.ts";
import { CliError } from "../cli-error.ts";
import { countDiagnostics, diagnosticValue, printDiagnostics } from "../diagnostics.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { colored, note, print, printValue } from "../output.ts";
import type { ChangeOptions } from "./change-options.ts";

/** What a change to single items was answered. */
export interface ChangeAnswer {
  readonly revision?: Revision | undefined;
  readonly changed: boolean;
  readonly diagnostics: readonly DiagnosticMessage[];
}

/** An item a command changes, and what it does to it. */
export interface ChangedItem {
  readonly kind: string;
  readonly name: string;
  readonly done: "created" | "changed" | "deleted";
}

/** Prints what became of a change: for people with the findings about the items concerned, for programs with all there are. */
export async function printChange(
  answer: ChangeAnswer,
  items: readonly ChangedItem[],
  layer: string,
  options: ChangeOptions,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ExitCode> {
  const { revision, changed } = answer;
  const { design, dryRun = false, output } = options;
  const diagnostics = answer.diagnostics.map(diagnosticFromMessage);
  if (output !== "table") {
    await printValue(output, {
      ...{ design, layer, revision: Number(revision?.number ?? 0n), changed, dry_run: dryRun },
      valid: revision?.valid ?? false,
      items: items.map(({ kind, name, done }) => ({ kind, name, change: done })),
      diagnostics: diagnostics.map(diagnosticValue),
      ...more,
    });
    return exitCode.done;
  }
  const own = new Set(items.map(({ kind, name }) => `${kind}/${name}`));
  await printDiagnostics(diagnostics.filter(({ kind = "", name = "" }) => own.has(`${kind}/${name}`)));
  const verdict = revision?.valid === true ? colored("valid", "green") : colored("invalid", "red");
  if (!changed) {
    await print(`nothing changed: ${design} stays at revision ${revision?.number ?? 0}\n`);
    return exitCode.done;
  }
  for (const { kind, name, done } of items) await print(`${dryRun ? "would be " : ""}${done}: ${kind}/${name}\n`);
  const what = dryRun ? "it would be revision" : "revision";
  await print(`${what} ${revision?.number} of ${design}, ${verdict}: ${countDiagnostics(diagnostics)}\n`);
  return exitCode.done;
}

/**
 * Prints the findings a call was refused for, and answers the exit code. Throws the error on when it was refused for something else. `placed` says where the findings
 * are in what the user wrote.
 */
export async function printRefusal(
  error: unknown,
  options: ChangeOptions,
  hint: string,
  placed: (diagnostic: Diagnostic) => Diagnostic = (diagnostic) => diagnostic,
): Promise<ExitCode> {
  const detail = errorDetail(error);
  const found = detail?.diagnostics ?? [];
  if (!(error instanceof ConnectError) || detail === undefined || found.length === 0) throw error;
  const diagnostics = found.map(diagnosticFromMessage).map(placed);
  const reason = ErrorReason[detail.reason];
  if (options.output !== "table") {
    const refused = { changed: false, refused: reason, message: error.rawMessage };
    await printValue(options.output, {
      ...{ design: options.design, ...refused, diagnostics: diagnostics.map(diagnosticValue) },
    });
  } else await printDiagnostics(diagnostics);
  const isStill = detail.reason === ErrorReason.DESIGN_INVALID;
  note(`nothing is changed: ${isStill ? "the design would have new errors" : error.rawMessage}; ${hint}`);
  return exitCode.failed;
}

/** The layer a command changes: the one it names, or the only one that declares the item. */
export function onlyLayer(option: string | undefined, declaring: readonly string[], item: string): string {
  if (option !== undefined) return option;
  const [only, ...others] = declaring;
  if (only !== undefined && others.length === 0) return only;
  throw new CliError(
    exitCode.usage,
    only === undefined
      ? `nobody says which layer ${item} belongs to`
      : `${item} is declared in ${declaring.join(", ")}`,
    "name the layer with --layer",
  );
}
