import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { colored, note, type OutputForm, print, printValue } from "./output.ts";
import { parseRevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate restore`. */
export interface RestoreOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  readonly message?: string;
  /** Say what would be, and change nothing. */
  readonly dryRun: boolean;
  readonly expectRevision?: number;
}

/** `bedplate restore REVISION`: makes an earlier revision the next one. Fails when that revision is invalid, which is restored all the same. */
export async function restore(word: string, options: RestoreOptions): Promise<ExitCode> {
  const { design, dryRun, message, expectRevision, output } = options;
  const asked = parseRevisionWord(word);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const from = await revisionOf(state, design, asked);
    if (from === 0n) throw new CliError(exitCode.usage, `${word} is no earlier revision`, "see bedplate history");
    const { revision, changed } = await state.restoreRevision({
      ...{ design, revision: from, validateOnly: dryRun },
      ...(message !== undefined && { message }),
      ...(expectRevision !== undefined && { expectedRevision: BigInt(expectRevision) }),
    });
    if (revision === undefined) throw new CliError(exitCode.fault, "the server answered without a revision");
    if (output !== "table") {
      await printValue(output, {
        ...{ design, revision: Number(revision.number), restored: Number(from), changed, dry_run: dryRun },
        ...{ valid: revision.valid, errors: revision.errorCount, warnings: revision.warningCount },
        items_changed: revision.counters?.itemsChanged ?? 0,
      });
      return revision.valid ? exitCode.done : exitCode.failed;
    }
    const verdict = revision.valid ? colored("valid", "green") : colored("invalid", "red");
    const what = changed
      ? `revision ${revision.number} of ${design} ${dryRun ? "would be" : "is"} as revision ${from} was`
      : `nothing changed: revision ${revision.number} of ${design} is as revision ${from} was`;
    await print(`${what}, ${verdict}: ${revision.errorCount} errors, ${revision.warningCount} warnings\n`);
    if (changed) note(nextStep(design, revision.number, dryRun, from));
    return revision.valid ? exitCode.done : exitCode.failed;
  });
}

function nextStep(design: string, made: bigint, dryRun: boolean, from: bigint): string {
  if (dryRun) return `nothing was changed; see what would be: bedplate diff head ${from} --design ${design}`;
  return `see what it changed: bedplate diff ${made - 1n} ${made} --design ${design}`;
}
