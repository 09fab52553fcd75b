import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type OutputForm, print, printValue } from "./output.ts";
import { parseRevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate tag`. */
export interface TagOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** Take the name from the revision that has it. */
  readonly move: boolean;
  /** Take the name away. */
  readonly delete: boolean;
}

/** `bedplate tag REVISION NAME`: gives a revision a name, and with `--delete` takes it away. */
export async function tag(word: string, name: string | undefined, options: TagOptions): Promise<ExitCode> {
  const { design, move, output } = options;
  if (options.delete) return deleteTag(name ?? word, options);
  if (name === undefined)
    throw new CliError(exitCode.usage, `there is no name for revision ${word}`, "write REVISION NAME, such as 7 v1.0");
  const asked = parseRevisionWord(word);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const number = await revisionOf(state, design, asked);
    const { revision } = await state.tagRevision({ design, revision: number, tag: name, move });
    if (revision === undefined) throw new CliError(exitCode.fault, "the server answered without a revision");
    if (output !== "table")
      await printValue(output, { design, revision: Number(revision.number), tags: revision.tags });
    else await print(`revision ${revision.number} of ${design} is ${revision.tags.join(", ")}\n`);
    return exitCode.done;
  });
}

async function deleteTag(name: string, options: TagOptions): Promise<ExitCode> {
  const { design, output } = options;
  return withServer(options, async ({ clientFor }) => {
    await clientFor(DesignStateService).deleteTag({ design, tag: name });
    if (output !== "table") await printValue(output, { design, deleted: name });
    else await print(`no revision of ${design} is ${name} any more\n`);
    return exitCode.done;
  });
}
