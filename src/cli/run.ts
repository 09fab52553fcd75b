import { Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";
import { parseCount, parseName } from "./design-option.ts";
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
    return report(error);
  }
}

type End = (code: ExitCode) => void;
const list = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];
const none: readonly string[] = [];

function createProgram(end: End): Command {
  const program = new Command("bedplate")
    .description("Turns the written design of a bare-metal site into running machines, and keeps the two in agreement.")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureHelp({ helpWidth: 110 })
    .configureOutput({ outputError: (text, write) => write(text.replace(/\n(?=\()/, " ")) });
  addOfflineCommands(program, end);
  addServerCommands(program, end);
  addDesignCommands(program, end);
  addJobCommands(program, end);
  addDriverCommands(program, end);
  return program;
}

function addCommand(parent: Command, usage: string, summary: string, example: string): Command {
  return parent.command(usage).summary(summary).description(summary).addHelpText("after", `\nExample:\n  ${example}`);
}

/** A command that prints a result. */
function withOutput(command: Command): Command {
  return command.option("-o, --output <form>", "table, yaml or json", parseOutputForm, "table");
}

/** A command that calls a server. */
function withConnection(command: Command): Command {
  return withOutput(command)
    .option("--server <url>", "the server", process.env.BEDPLATE_SERVER ?? "http://127.0.0.1:7070")
    .option("--token-file <file>", "file with the token; found by itself on the server's own machine");
}

function withDesign(command: Command): Command {
  return withConnection(command).requiredOption("--design <name>", "the design", parseName);
}

function addOfflineCommands(program: Command, end: End): void {
  withOutput(
    addCommand(
      program,
      "validate <path...>",
      "Check a design, with nothing running",
      "bedplate validate examples/site",
    ),
  ).action(async (paths, options) => end(await (await import("./validate.ts")).validate(paths, options)));
  withOutput(
    addCommand(
      program,
      "resolve <path...>",
      "Print effective items, or where a value came from, with nothing running",
      "bedplate resolve examples/site Node/ctl01 --explain platform.image",
    ),
  )
    .usage("[options] <path...> [KIND[/NAME]]")
    .option("--explain <field>", 'tell where the value of a field came from, such as interfaces["bond0"].device_link')
    .action(async (args, options) => end(await (await import("./resolve.ts")).resolve(args, options)));
}

function addServerCommands(program: Command, end: End): void {
  addCommand(program, "serve", "Run the services", "bedplate serve --data ./data")
    .option(
      "--listen <address>",
      "HOST:PORT[,tls][,services=a,b]; may be repeated (default 127.0.0.1:7070)",
      list,
      none,
    )
    .option("--data <directory>", "where the embedded database, keys and token files are")
    .option("--config <file>", "configuration file")
    .option("--services <names>", "only these: consumer, state, orchestrator, control, introspection")
    .option("--peer <service=url>", "a service that runs elsewhere; may be repeated", list, none)
    .option("--plain-introspection", "allow introspection alone, in clear, beyond loopback", false)
    .option("--tls-cert <file>", "certificate for listeners with tls, PEM")
    .option("--tls-key <file>", "its key, PEM")
    .option("--log-level <level>", "trace, debug, info, warn, error or silent", "warn")
    .addHelpText("after", "\nDATABASE_URL=postgres://… uses a PostgreSQL in place of the embedded database.")
    .action(async (options) => end(await (await import("./serve.ts")).serve(options)));
  program
    .command("maas-sim")
    .summary("Run a simulated MAAS")
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument("[options...]")
    .action(async (args) => end(await (await import("./maas-sim.ts")).maasSim(args)));
  addCommand(program, "demo", "Go the whole way through, on an example site", "bedplate demo")
    .option("--break <what>", "nic: take a network card out of one machine first")
    .option("--speed <factor>", "how many times faster than real machines the simulated ones are", Number, 10)
    .option("--keep", "leave everything running and say where, until Ctrl-C", false)
    .option("-y, --yes", "accepted for scripts; the demo asks nothing")
    .action(async (options) => end(await (await import("./demo.ts")).demo(options)));
  addCommand(
    program,
    "completion <shell>",
    "Print a completion script for bash, zsh or fish",
    "source <(bedplate completion bash)",
  ).action(async (shell) => end(await (await import("./completion.ts")).completion(program, shell)));
}

function addDesignCommands(program: Command, end: End): void {
  withDesign(
    addCommand(
      program,
      "submit <path...>",
      "Commit a design, or layers of it",
      "bedplate submit examples/site --design plant7",
    ),
  )
    .option("--layer <name>", "layer for every document; by default the layers the file names suggest", parseName)
    .option("--expect-revision <number>", "refuse when the design has moved past this revision", parseCount)
    .option("-m, --message <text>", "what the change is for")
    .action(async (paths, options) => end(await (await import("./submit.ts")).submit(paths, options)));
  const reads = (command: Command) =>
    withDesign(command).option("--revision <number>", "as of this revision", parseCount, 0);
  reads(
    addCommand(program, "get <item>", "Read effective items: KIND or KIND/NAME", "bedplate get Node --design plant7"),
  )
    .option("--raw", "what each layer declared, in place of what results", false)
    .action(async (item, options) => end(await (await import("./get.ts")).get(item, options)));
  reads(
    addCommand(
      program,
      "explain <item> <field>",
      "Tell where a value came from",
      "bedplate explain Node/ctl01 platform.image --design plant7",
    ),
  ).action(async (item, field, options) => end(await (await import("./get.ts")).explain(item, field, options)));
  reads(addCommand(program, "history", "List revisions", "bedplate history --design plant7")).action(async (options) =>
    end(await (await import("./get.ts")).history(options)),
  );
  const node = program.command("node").summary("Follow nodes").description("Follow nodes");
  withDesign(
    addCommand(node, "list", "List nodes and how far each has come", "bedplate node list --design plant7"),
  ).action(async (options) => end(await (await import("./node.ts")).listNodes(options)));
  withDesign(addCommand(node, "get <name>", "Show a node's state", "bedplate node get ctl01 --design plant7")).action(
    async (name, options) => end(await (await import("./node.ts")).getNode(name, options)),
  );
  withDesign(
    addCommand(node, "hardware <name>", "Show what a node is made of", "bedplate node hardware ctl01 --design plant7"),
  ).action(async (name, options) => end(await (await import("./node.ts")).getHardware(name, options)));
}

function addJobCommands(program: Command, end: End): void {
  withDesign(
    addCommand(
      program,
      "plan <action>",
      "Show exactly what would change",
      "bedplate plan deploy --design plant7 --out plan.json",
    ),
  )
    .option("--select <key=values>", "only these nodes: name=…, rack=…, tag=…, profile=…; may be repeated", list, none)
    .option("--revision <number>", "lead to this revision", parseCount, 0)
    .option("--out <file>", "write the plan to a file")
    .addHelpText("after", "\nActions: prepare-site, commission, deploy")
    .action(async (action, options) => end(await (await import("./plan.ts")).plan(action, options)));
  withConnection(
    addCommand(program, "apply <plan>", "Carry out exactly this plan: a file or an id", "bedplate apply plan.json"),
  )
    .option("--allow-destroy", "consent to every step that destroys data", false)
    .option("--allow-destroy-node <name>", "consent for this node; may be repeated", list, none)
    .option("--no-wait", "start the job and return")
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (plan, options) => end(await (await import("./apply.ts")).apply(plan, options)));
  const job = program.command("job").summary("Follow jobs").description("Follow jobs");
  withConnection(addCommand(job, "list", "List jobs, newest first", "bedplate job list"))
    .option("--design <name>", "of this design only", parseName)
    .action(async (options) => end(await (await import("./job.ts")).listJobs(options)));
  withConnection(addCommand(job, "get <id>", "Show a job and its tasks", "bedplate job get JOB")).action(
    async (id, options) => end(await (await import("./job.ts")).getJob(id, options)),
  );
  withConnection(addCommand(job, "watch <id>", "Follow a job to its end", "bedplate job watch JOB"))
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (id, options) => end(await (await import("./job.ts")).watchJob(id, options)));
  withConnection(addCommand(job, "cancel <id>", "Stop a job", "bedplate job cancel JOB --reason 'wrong rack'"))
    .option("--reason <text>", "why")
    .action(async (id, options) => end(await (await import("./job.ts")).cancelJob(id, options)));
}

function addDriverCommands(program: Command, end: End): void {
  const driver = program.command("driver").summary("Manage drivers").description("Manage drivers");
  addDriverTest(driver, end);
  withConnection(addCommand(driver, "list", "List driver instances", "bedplate driver list")).action(async (options) =>
    end(await (await import("./driver.ts")).listDrivers(options)),
  );
  withConnection(
    addCommand(
      driver,
      "add <name>",
      "Register a driver instance, or change it",
      "bedplate driver add maas --plugin maas --endpoint http://127.0.0.1:5240/MAAS --secret-file api_key=maas-key.txt",
    ),
  )
    .requiredOption("--plugin <name>", "the plugin: maas or noop-network")
    .option("--endpoint <url>", "address of what it acts on", "")
    .option("--option <key=value>", "an option of the driver; may be repeated", list, none)
    .option(
      "--secret <key=ref>",
      "a secret by reference, file:NAME or env:BEDPLATE_SECRET_NAME on the server; may be repeated",
      list,
      none,
    )
    .option("--secret-file <key=path>", "a secret read here and sealed on the server; may be repeated", list, none)
    .option("--no-probe", "don't ask the driver whether it can reach its target")
    .action(async (name, options) => end(await (await import("./driver.ts")).addDriver(name, options)));
  withConnection(
    addCommand(driver, "info <name>", "Show what a driver says of itself", "bedplate driver info maas"),
  ).action(async (name, options) => end(await (await import("./driver.ts")).driverInfo(name, options)));
  withConnection(addCommand(driver, "remove <name>", "Forget a driver instance", "bedplate driver remove maas")).action(
    async (name, options) => end(await (await import("./driver.ts")).removeDriver(name, options)),
  );
}

function addDriverTest(driver: Command, end: End): void {
  withOutput(
    addCommand(
      driver,
      "test <plugin...>",
      "Hold a driver against the rules of the protocol: its socket, or the command that starts it",
      "bedplate driver test --kind network ./my-driver",
    ),
  )
    .requiredOption("--kind <kind>", "server or network")
    .option("--endpoint <url>", "address of a target made for tests", "")
    .option("--option <key=value>", "an option of the target; may be repeated", list, none)
    .option("--secret-file <key=path>", "a secret of the target; may be repeated", list, none)
    .action(async (plugin, options) => end(await (await import("./driver-test.ts")).driverTest(plugin, options)));
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
