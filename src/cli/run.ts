import { Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";
import type { End } from "./commands/command-parts.ts";
import { addDesignCommands } from "./commands/design-commands.ts";
import { addDriverCommands } from "./commands/driver-commands.ts";
import { addHistoryCommands } from "./commands/history-commands.ts";
import { addItemCommands } from "./commands/item-commands.ts";
import { addJobCommands } from "./commands/job-commands.ts";
import { addMaasCommands } from "./commands/maas-commands.ts";
import { addOfflineCommands } from "./commands/offline-commands.ts";
import { addPlanCommands } from "./commands/plan-commands.ts";
import { addQuestionCommands } from "./commands/question-commands.ts";
import { addScheduleCommands } from "./commands/schedule-commands.ts";
import { addServerCommands } from "./commands/server-commands.ts";
import { addSourceCommands } from "./commands/source-commands.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { version } from "./version.ts";

/** Runs one command line (without the program's name) and answers with its exit code. Never throws; errors are one line on standard error. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const program = createProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return report(error);
  }
}

function createProgram(end: End): Command {
  const program = new Command("bedplate")
    .description("Turns the written design of a bare-metal site into running machines, and keeps the two in agreement.")
    .version(version(), "-V, --version")
    .exitOverride()
    // What stands behind "plan list" is for "list", though "plan" itself knows an option of that name.
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 110 })
    .configureOutput({ outputError: (text, write) => write(text.replace(/\n(?=\()/, " ")) });
  addOfflineCommands(program, end);
  addServerCommands(program, end);
  addDesignCommands(program, end);
  addHistoryCommands(program, end);
  addQuestionCommands(program, end);
  addItemCommands(program, end);
  addPlanCommands(program, end);
  addJobCommands(program, end);
  addScheduleCommands(program, end);
  addDriverCommands(program, end);
  addMaasCommands(program, end);
  addSourceCommands(program, end);
  return program;
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof CliError) {
    process.stderr.write(`error: ${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}\n`);
    return error.code;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `error: a fault of Bedplate: ${message.split("\n")[0]}; please report it, with the command you ran (BEDPLATE_DEBUG=1 shows where)\n`,
  );
  if (process.env.BEDPLATE_DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : message}\n`);
  return exitCode.fault;
}
