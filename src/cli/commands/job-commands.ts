import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { addCommand, type End, withConnection } from "./command-parts.ts";

/** The commands that follow jobs and steer them. */
export function addJobCommands(program: Command, end: End): void {
  const job = program.command("job").summary("Follow and steer jobs").description("Follow and steer jobs");
  addFollowing(job, end);
  addSteering(job, end);
}

function addFollowing(job: Command, end: End): void {
  withConnection(addCommand(job, "list", "List jobs, newest first", "bedplate job list"))
    .option("--design <name>", "of this design only", parseName)
    .action(async (options) => end(await (await import("../job.ts")).listJobs(options)));
  withConnection(addCommand(job, "get <id>", "Show a job and its tasks", "bedplate job get JOB")).action(
    async (id, options) => end(await (await import("../job.ts")).getJob(id, options)),
  );
  withConnection(addCommand(job, "watch <id>", "Follow a job to its end", "bedplate job watch JOB"))
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (id, options) => end(await (await import("../job.ts")).watchJob(id, options)));
  withConnection(
    addCommand(
      job,
      "events [id]",
      "Show what happened in a job, or in a design",
      "bedplate job events JOB --follow\n  bedplate job events --design plant7 --after 4711 -o json",
    ),
  )
    .option("--design <name>", "all events of this design, in place of one job's", parseName)
    .option("--after <number>", "only events after this one", parseCount)
    .option("--follow", "go on with what happens next", false)
    .action(async (id, options) => end(await (await import("../jobs/job-events.ts")).jobEvents(id, options)));
  withConnection(
    addCommand(
      job,
      "task <id> <step>",
      "Show each moment of a task: its tries, what its driver said, what it waited for",
      "bedplate job task JOB deploy/ctl01",
    ),
  ).action(async (id, step, options) => end(await (await import("../jobs/job-task.ts")).jobTask(id, step, options)));
  withConnection(
    addCommand(
      job,
      "stuck",
      "List what is past its deadline or waits for a person, the longest first",
      "bedplate job stuck --design plant7",
    ),
  )
    .option("--design <name>", "of this design only", parseName)
    .action(async (options) => end(await (await import("../jobs/job-stuck.ts")).jobStuck(options)));
  withConnection(
    addCommand(job, "nodes <id>", "List the nodes of a job, and what each waits for", "bedplate job nodes JOB"),
  )
    .option("--state <state>", "in this state only, such as gated")
    .action(async (id, options) => end(await (await import("../jobs/job-nodes.ts")).listJobNodes(id, options)));
  withConnection(addCommand(job, "groups <id>", "List the groups of a job", "bedplate job groups JOB")).action(
    async (id, options) => end(await (await import("../jobs/job-nodes.ts")).listJobGroups(id, options)),
  );
}

function addSteering(job: Command, end: End): void {
  withConnection(addCommand(job, "cancel <id>", "Stop a job", "bedplate job cancel JOB --reason 'wrong rack'"))
    .option("--reason <text>", "why")
    .action(async (id, options) => end(await (await import("../jobs/job-control.ts")).cancelJob(id, options)));
  withConnection(
    addCommand(job, "pause <id>", "Hold a job: no new task starts, those at work end", "bedplate job pause JOB"),
  ).action(async (id, options) => end(await (await import("../jobs/job-control.ts")).pauseJob(id, options)));
  withConnection(
    addCommand(job, "resume <id>", "Let a paused job go on where it stopped", "bedplate job resume JOB"),
  ).action(async (id, options) => end(await (await import("../jobs/job-control.ts")).resumeJob(id, options)));
  withConnection(
    addCommand(job, "retry <id>", "Try the nodes again that didn't succeed, as a new job", "bedplate job retry JOB"),
  )
    .option("--no-wait", "start the job and return")
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .action(async (id, options) => end(await (await import("../jobs/job-control.ts")).retryJob(id, options)));
  withConnection(
    addCommand(
      job,
      "approve <id> [nodes...]",
      "Consent to the destruction of the data of nodes that wait for it",
      "bedplate job approve JOB n01 n02",
    ),
  )
    .option("--all", "every node that waits now")
    .action(async (id, nodes, options) =>
      end(await (await import("../jobs/job-control.ts")).approveNodes(id, nodes, options)),
    );
}
