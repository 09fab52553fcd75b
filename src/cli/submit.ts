import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { submitDesign } from "../control/submit-design.ts";
import { diagnosticFromMessage } from "../design/from-message.ts";
import { diagnosticToMessage, documentToMessage } from "../design/to-message.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { countDiagnostics, diagnosticValue, printDiagnostics } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { colored, note, type OutputForm, print, printValue } from "./output.ts";
import { readPaths } from "./read-paths.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate submit`. */
export interface SubmitOptions extends ConnectOptions {
  readonly design: string;
  readonly layer?: string;
  readonly expectRevision?: number;
  readonly message?: string;
  readonly output: OutputForm;
}

/** `bedplate submit PATH…`: commits the documents of files as the content of their layers, in one revision. Fails when the revision is invalid. */
export async function submit(paths: readonly string[], options: SubmitOptions): Promise<ExitCode> {
  const read = await readPaths(paths);
  const consumed = readDesignFiles(read.files);
  if (consumed.documents.length === 0) {
    await printDiagnostics([...read.diagnostics, ...consumed.diagnostics]);
    throw new CliError(
      exitCode.failed,
      "there is nothing to submit: no document was found",
      "name a directory with a design, such as examples/site",
    );
  }
  return withServer(options, async ({ clientFor }) => {
    const { committed, documents, documentsSent } = await submitDesign(clientFor(DesignStateService), {
      design: options.design,
      documents: consumed.documents.map(documentToMessage),
      diagnostics: [...read.diagnostics, ...consumed.diagnostics].map(diagnosticToMessage),
      ...(options.layer === undefined ? {} : { layer: options.layer }),
      ...(options.expectRevision === undefined ? {} : { expectedRevision: BigInt(options.expectRevision) }),
      ...(options.message === undefined ? {} : { message: options.message }),
    });
    const { revision, changed } = committed;
    const diagnostics = committed.diagnostics.map(diagnosticFromMessage);
    const valid = revision?.valid ?? false;
    if (options.output === "table") {
      await printDiagnostics(diagnostics);
      const verdict = valid ? colored("valid", "green") : colored("invalid", "red");
      const what = changed
        ? `revision ${revision?.number} of ${options.design}`
        : `nothing changed: ${options.design} stays at revision ${revision?.number}`;
      await print(`${what}, ${verdict}: ${countDiagnostics(diagnostics)}\n`);
      await print(`sent ${counted(documentsSent)} of ${counted(documents)} documents\n`);
      note(
        valid
          ? `next: bedplate plan deploy --design ${options.design}`
          : "an invalid revision is kept and can't be planned: mend the errors and submit again",
      );
    } else {
      const counters = revision?.counters;
      await printValue(options.output, {
        design: options.design,
        revision: Number(revision?.number ?? 0n),
        changed,
        valid,
        documents,
        documents_sent: documentsSent,
        diagnostics: diagnostics.map(diagnosticValue),
        counters: {
          documents_read: counters?.documentsRead ?? 0,
          documents_changed: counters?.documentsChanged ?? 0,
          items_resolved: counters?.itemsResolved ?? 0,
          items_changed: counters?.itemsChanged ?? 0,
          rule_runs: counters?.ruleRuns ?? 0,
          rows_written: counters?.rowsWritten ?? 0,
        },
      });
    }
    return valid ? exitCode.done : exitCode.failed;
  });
}

function counted(number: number): string {
  return number.toLocaleString("en-US");
}
