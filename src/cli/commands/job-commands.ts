import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { parseRevisionWord } from "../revision-word.ts";
import { addCommand, type End, list, none, withConnection, withDesign } from "./command-parts.ts";

/** The commands that plan, apply and follow jobs. */
export function addJobCommands(program: Command, end: End): void {
  withDesign(
    addCommand(
      program,
      "plan <action>",
      "Show exactly what would change",
      "bedplate plan deploy --design plant7 --out plan.json",
    ),
  )
    .option(
      "--select <key=values>",
      "only these nodes: name=…, rack=…, tag=…, profile=…, label=KEY:VALUE; may be repeated",
      list,
      none,
    )
    .option("--revision <revision>", "lead to this revision: a number, a tag or a time", parseRevisionWord)
    .option("--out <file>", "write the plan to a file")
    .addHelpText("after", "\nActions: prepare-site, commission, deploy")
    .action(async (action, options) => end(await (await import("../plan.ts")).plan(action, options)));
  withConnection(
    addCommand(program, "apply <plan>", "Carry out exactly this plan: a file or an id", "bedplate apply plan.json"),
  )
    .option("--allow-destroy", "consent to every step that destroys data", false)
    .option("--allow-destroy-node <name>", "consent for this node; may be repeated", list, none)
    .option("--no-wait", "start the job and return")
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (plan, options) => end(await (await import("../apply.ts")).apply(plan, options)));
  const job = program.command("job").summary("Follow jobs").description("Follow jobs");
  withConnection(addCommand(job, "list", "List jobs, newest first", "bedplate job list"))
    .option("--design <name>", "of this design only", parseName)
    .action(async (options) => end(await (await import("../job.ts")).listJobs(options)));
  withConnection(addCommand(job, "get <id>", "Show a job and its tasks", "bedplate job get JOB")).action(
    async (id, options) => end(await (await import("../job.ts")).getJob(id, options)),
  );
  withConnection(addCommand(job, "watch <id>", "Follow a job to its end", "bedplate job watch JOB"))
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (id, options) => end(await (await import("../job.ts")).watchJob(id, options)));
  withConnection(addCommand(job, "cancel <id>", "Stop a job", "bedplate job cancel JOB --reason 'wrong rack'"))
    .option("--reason <text>", "why")
    .action(async (id, options) => end(await (await import("../job.ts")).cancelJob(id, options)));
}
