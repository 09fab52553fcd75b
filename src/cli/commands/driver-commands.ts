import type { Command } from "commander";
import { addCommand, type End, list, none, withConnection, withOutput } from "./command-parts.ts";

/** The commands about drivers. */
export function addDriverCommands(program: Command, end: End): void {
  const driver = program.command("driver").summary("Manage drivers").description("Manage drivers");
  addDriverTest(driver, end);
  withConnection(addCommand(driver, "list", "List driver instances", "bedplate driver list")).action(async (options) =>
    end(await (await import("../driver.ts")).listDrivers(options)),
  );
  withConnection(
    addCommand(
      driver,
      "add <name>",
      "Register a driver instance, or change it",
      "bedplate driver add maas --plugin maas --endpoint http://127.0.0.1:5240/MAAS --secret-file api_key=maas-key.txt",
    ),
  )
    .requiredOption("--plugin <name>", "the plugin: maas, noop-network or simulator")
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
    .action(async (name, options) => end(await (await import("../driver.ts")).addDriver(name, options)));
  withConnection(
    addCommand(driver, "info <name>", "Show what a driver says of itself", "bedplate driver info maas"),
  ).action(async (name, options) => end(await (await import("../driver.ts")).driverInfo(name, options)));
  withConnection(addCommand(driver, "remove <name>", "Forget a driver instance", "bedplate driver remove maas")).action(
    async (name, options) => end(await (await import("../driver.ts")).removeDriver(name, options)),
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
    .action(async (plugin, options) => end(await (await import("../driver-test.ts")).driverTest(plugin, options)));
}
