import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { parseOnFailure, parseRequirement } from "../jobs/policy-values.ts";
import { parseRevisionWord } from "../revision-word.ts";
import { parseSeconds } from "../seconds-option.ts";
import { addCommand, type End, list, none, withConnection } from "./command-parts.ts";

const planHelp = `
Actions:
  prepare-site         what the provisioner holds for the site
  commission           everything up to known hardware
  deploy               everything, until the nodes have called in
  release              give nodes back; what is on them is lost
  power on|off|cycle   switch power
  verify               compare deployed nodes with the design, and record each difference
  annotate             tags and owner data of deployed nodes, and nothing else of them

More examples:
  bedplate plan power off --design plant7 --select rack=r1
  bedplate plan deploy --design plant7 --phase failed --ttl 2h
  bedplate plan deploy --design plant7 --filter 'rack == "r1" && design_changed'`;

/** The commands that plan, show plans and apply them. */
export function addPlanCommands(program: Command, end: End): void {
  const plan = withConnection(
    addCommand(
      program,
      "plan [action] [way]",
      "Show exactly what would change",
      "bedplate plan deploy --design plant7 --out plan.json",
    ),
  )
    .usage("ACTION --design NAME [options]\n       bedplate plan list|show|export [options]")
    .option("--design <name>", "the design", parseName)
    .option(
      "--select <key=values>",
      "only these nodes: name=…, rack=…, tag=… (or role=…), profile=…, label=KEY:VALUE, phase=…; may be repeated",
      list,
      none,
    )
    .option("--phase <phases>", "only nodes in these phases, such as failed,ready; may be repeated", list, none)
    .option("--filter <cel>", "only nodes this CEL expression holds for, as in bedplate get Node --filter")
    .option(
      "--skip-site",
      "leave the provisioner's networks, tags, images and scripts as they are (commission, deploy)",
    )
    .option("--ttl <time>", "for how long it may be applied: 90s, 30m, 2h, 7d (a day)", parseSeconds)
    .option("--revision <revision>", "lead to this revision: a number, a tag or a time", parseRevisionWord)
    .option("--out <file>", "write the plan to a file")
    .option("--all", "print every difference, however many")
    .addHelpText("after", planHelp)
    .action(async (action, way, options) =>
      action === undefined
        ? plan.help({ error: true })
        : end(await (await import("../plans/create-plan.ts")).plan(action, way, options)),
    );
  withConnection(addCommand(plan, "list", "List plans, newest first", "bedplate plan list --design plant7"))
    .option("--design <name>", "of this design only", parseName)
    .option("--limit <count>", "how many at most", parseCount, 50)
    .action(async (options) => end(await (await import("../plans/list-plans.ts")).listPlans(options)));
  withConnection(
    addCommand(plan, "show <id>", "Show a plan as it was made", "bedplate plan show PLAN --node n01 --origins"),
  )
    .option("--node <name>", "what is before one node, step by step", parseName)
    .option("--origins", "where the design says what each difference leads to")
    .option("--all", "print every difference, however many")
    .action(async (id, options) => end(await (await import("../plans/show-plan.ts")).showPlan(id, options)));
  withConnection(
    addCommand(
      plan,
      "export <id>",
      "Write the text a plan's digest is of",
      "bedplate plan export PLAN --out plan.txt; sha256sum plan.txt",
    ),
  )
    .option("--out <file>", "to a file instead of standard output")
    .action(async (id, options) => end(await (await import("../plans/export-plan.ts")).exportPlan(id, options)));
  addApply(program, end);
}

const applyHelp = `
More examples:
  bedplate apply PLAN --allow-destroy-node n01,n02
  bedplate apply PLAN --nodes-at-once 50 --nodes-per-rack 4 --on-failure stop --require 90%
  bedplate apply PLAN --gate      nodes whose data would be destroyed wait for bedplate job approve
  bedplate apply PLAN --policy policy.yaml

What no option and no file says is taken from job_policy of the site, then from the server.
Exit codes: 0 done, 1 the job failed, 4 consent is missing, 5 the plan is stale, 6 stopped waiting while the job goes on.`;

function addApply(program: Command, end: End): void {
  withConnection(
    addCommand(program, "apply <plan>", "Carry out exactly this plan: a file or an id", "bedplate apply plan.json"),
  )
    .option("--allow-destroy", "consent to every step that destroys data", false)
    .option("--allow-destroy-node <names>", "consent for these nodes; may be repeated", list, none)
    .option("--policy <file>", "how the job is carried out, as YAML with the fields of a site's job_policy")
    .option("--nodes-at-once <count>", "most nodes of the job at work at a time", parseCount)
    .option("--nodes-per-rack <count>", "most nodes of one rack at work at a time", parseCount)
    .option("--nodes-per-driver <count>", "most nodes of one driver instance at work at a time", parseCount)
    .option("--nodes-per-bmc <count>", "most nodes behind one BMC address at work at a time", parseCount)
    .option("--on-failure <answer>", "continue with the other nodes, or stop: no other begins", parseOnFailure)
    .option("--require <nodes>", "how many nodes of a group must succeed: 3, or 90%", parseRequirement)
    .option("--gate", "nodes whose data would be destroyed wait for bedplate job approve")
    .option("--no-wait", "start the job and return")
    .option("--timeout <seconds>", "stop waiting after this long; the job goes on", parseCount)
    .addHelpText("after", applyHelp)
    .action(async (plan, options) => end(await (await import("../apply.ts")).apply(plan, options)));
}
