import type { Command } from "commander";
import { parseName } from "../design-option.ts";
import { addCommand, type End, list, none, withConnection, withDesign } from "./command-parts.ts";

/** The commands about what is done again and again. */
export function addScheduleCommands(program: Command, end: End): void {
  const schedule = program
    .command("schedule")
    .summary("Compare nodes with the design again and again")
    .description("Compare nodes with the design again and again");
  withDesign(
    addCommand(
      schedule,
      "put <name>",
      "Set a schedule, due one interval from now",
      "bedplate schedule put nightly --every 1d --design plant7",
    ),
  )
    .requiredOption("--every <time>", "how long from one start to the next, 60s to 31d: such as 30m, 12h or 1d")
    .option("--select <key=values>", "only these nodes, as for plan; may be repeated", list, none)
    .action(async (name, options) => end(await (await import("../schedule.ts")).putSchedule(name, options)));
  withConnection(addCommand(schedule, "list", "List schedules and how the last start went", "bedplate schedule list"))
    .option("--design <name>", "of this design only", parseName)
    .action(async (options) => end(await (await import("../schedule.ts")).listSchedules(options)));
  withDesign(
    addCommand(schedule, "delete <name>", "Forget a schedule", "bedplate schedule delete nightly --design plant7"),
  ).action(async (name, options) => end(await (await import("../schedule.ts")).deleteSchedule(name, options)));
}
