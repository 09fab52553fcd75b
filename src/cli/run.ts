import { Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { parseOutputForm } from "./output.ts";
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
    return await report(error);
  }
}

function createProgram(end: (code: ExitCode) => void): Command {
  const program = new Command("bedplate")
    .description("Turns the written design of a bare-metal site into running machines, and keeps the two in agreement.")
    .version(version(), "-V, --version")
    .exitOverride()
    .showHelpAfterError("(run with --help for usage)")
    .configureOutput({ outputError: (text, write) => write(text) });
  const command = (usage: string, summary: string, example: string) =>
    program.command(usage).summary(summary).description(summary).addHelpText("after", `\nExample:\n  ${example}`);
  const output = ["-o, --output <form>", "table, yaml or json", parseOutputForm, "table"] as const;

  command("validate <path...>", "Check a design, with nothing running", "bedplate validate examples/site")
    .option(...output)
    .action(async (paths, options) => end(await (await import("./validate.ts")).validate(paths, options)));
  command(
    "resolve <path...>",
    "Print effective items, or where a value came from",
    "bedplate resolve examples/site Node/ctl01 --explain platform.image",
  )
    .usage("[options] <path...> [KIND[/NAME]]")
    .option(...output)
    .option("--explain <field>", "tell where the value of a field came from")
    .action(async (args, options) => end(await (await import("./resolve.ts")).resolve(args, options)));
  return program;
}

async function report(error: unknown): Promise<ExitCode> {
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
