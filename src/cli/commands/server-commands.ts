import type { Command } from "commander";
import { addCommand, type End, list, none } from "./command-parts.ts";

/** The commands that run servers, and what belongs to the program itself. */
export function addServerCommands(program: Command, end: End): void {
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
    .action(async (options) => end(await (await import("../serve.ts")).serve(options)));
  program
    .command("maas-sim")
    .summary("Run a simulated MAAS")
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument("[options...]")
    .action(async (args) => end(await (await import("../maas-sim.ts")).maasSim(args)));
  addCommand(program, "demo", "Go the whole way through, on an example site", "bedplate demo")
    .option("--break <what>", "nic: take a network card out of one machine first")
    .option("--speed <factor>", "how many times faster than real machines the simulated ones are", Number, 10)
    .option("--keep", "leave everything running and say where, until Ctrl-C", false)
    .option("-y, --yes", "accepted for scripts; the demo asks nothing")
    .action(async (options) => end(await (await import("../demo.ts")).demo(options)));
  addCommand(
    program,
    "completion <shell>",
    "Print a completion script for bash, zsh or fish",
    "source <(bedplate completion bash)",
  ).action(async (shell) => end(await (await import("../completion.ts")).completion(program, shell)));
}
