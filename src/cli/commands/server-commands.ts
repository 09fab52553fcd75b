import type { Command } from "commander";
import { addCommand, type End, list, none, withOutput } from "./command-parts.ts";

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
  withOutput(
    addCommand(
      program,
      "simulator",
      "Serve a simulated site: thousands of machines in memory, for the plugin of that name",
      [
        "bedplate simulator --option deploy_ms=5000 --option spread=30",
        "bedplate simulator --listen unix:/tmp/site.sock --seed 7 --fault fail=deploy:2 --fault hang=commission:1",
      ].join("\n  "),
    ),
  )
    .option("--listen <address>", "127.0.0.1:PORT (port 0: any) or unix:/PATH; this host only", "127.0.0.1:7080")
    .option("--seed <number>", "decides which calls faults strike")
    .option(
      "--option <key=value>",
      "a time or fault of the site, as driver instances have them; may be repeated",
      list,
      none,
    )
    .option(
      "--fault <kind=verb:number>",
      "a share of a verb's calls in percent: busy, reject, fail, hang, lie_done, lie_failed or late; may be repeated",
      list,
      none,
    )
    .option("--no-progress", "don't say how far the machines are")
    .action(async (options) => end(await (await import("../simulator.ts")).simulator(options)));
  addCommand(program, "demo", "Go the whole way through, on an example site", "bedplate demo")
    .option("--nodes <count>", "a made site of so many machines, 1 to 1000, in place of the example site", Number)
    .option("--break <what>", "nic: take a network card out of one machine first")
    .option("--speed <factor>", "how many times faster than real machines the simulated ones are", Number, 10)
    .option("--keep", "leave everything running and say where, until Ctrl-C", false)
    .option("-y, --yes", "accepted for scripts; the demo asks nothing")
    .action(async (options) => end(await (await import("../demo/demo.ts")).demo(options)));
  addCommand(
    program,
    "completion <shell>",
    "Print a completion script for bash, zsh or fish",
    "source <(bedplate completion bash)",
  ).action(async (shell) => end(await (await import("../completion.ts")).completion(program, shell)));
}
