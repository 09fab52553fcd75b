import { writeFile } from "node:fs/promises";
import type { Client } from "@connectrpc/connect";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import {
  Action,
  Disposition,
  type Plan,
  PlanSchema,
  type PlanStep,
  PlanStepSchema,
  StepKind,
} from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { colored, note, type OutputForm, print, printValue } from "./output.ts";
import { writePlanFile } from "./plan-file.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { parseSelector } from "./select-option.ts";
import { stepWord } from "./step-word.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate plan`. */
export interface PlanOptions extends ConnectOptions {
  readonly design: string;
  readonly select: readonly string[];
  readonly revision?: RevisionWord;
  readonly out?: string;
  readonly output: OutputForm;
}

/** What may be planned, by the word on the command line. */
const actions: Readonly<Record<string, Action>> = {
  "prepare-site": Action.PREPARE_SITE,
  commission: Action.COMMISSION,
  deploy: Action.DEPLOY,
  release: Action.RELEASE,
  verify: Action.VERIFY,
  power: Action.POWER,
  annotate: Action.ANNOTATE,
};

/** `bedplate plan ACTION`: observes the world, writes the steps down on the server and shows them. Changes nothing. */
export async function plan(word: string, options: PlanOptions): Promise<ExitCode> {
  const action = actions[word];
  if (action === undefined)
    throw new CliError(
      exitCode.usage,
      `${JSON.stringify(word)} is no action`,
      `actions are ${Object.keys(actions).join(", ")}`,
    );
  const selector = parseSelector(options.select);
  return withServer(options, async ({ clientFor }) => {
    const revision = await revisionOf(clientFor(DesignStateService), options.design, options.revision ?? headWord);
    const request = { design: options.design, action, selector, revision };
    const made = (await clientFor(ControlService).createPlan(request, { timeoutMs: 300_000 })).plan;
    if (made === undefined) throw new CliError(exitCode.fault, "the server answered without a plan");
    const steps = await listSteps(clientFor(OrchestratorService), made.id);
    if (options.out !== undefined) await writePlanFile(options.out, made, steps, writeFile);
    if (options.output !== "table") {
      const protoNames = { protoNames: true };
      await printValue(options.output, {
        plan: redactSecrets(PlanSchema, made, protoNames),
        steps: steps.map((step) => redactSecrets(PlanStepSchema, step, protoNames)),
      });
    } else await printPlan(made, steps);
    if (options.output === "table") note(nextStep(made, options));
    return exitCode.done;
  });
}

async function listSteps(orchestrator: Client<typeof OrchestratorService>, planId: string): Promise<PlanStep[]> {
  const steps: PlanStep[] = [];
  let pageToken = "";
  do {
    const page = await orchestrator.listPlanSteps({ planId, pageSize: 1000, pageToken });
    steps.push(...page.steps);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return steps;
}

async function printPlan(made: Plan, steps: readonly PlanStep[]): Promise<void> {
  const site = steps.filter((step) => step.kind === StepKind.PREPARE_SITE);
  for (const step of site) {
    await print(
      `site ${step.subject}: ${step.changes.length === 0 ? "up to date" : `${step.changes.length} changes`}\n`,
    );
    for (const { action, object, before, after } of step.changes) {
      const values = before !== "" && after !== "" ? `: ${before} -> ${after}` : after !== "" ? `: ${after}` : "";
      await print(`  ${action} ${object}${values}\n`);
    }
  }
  const nodes = new Map<string, PlanStep[]>();
  for (const step of steps) {
    if (step.kind === StepKind.PREPARE_SITE) continue;
    nodes.set(step.subject, [...(nodes.get(step.subject) ?? []), step]);
  }
  for (const { names, steps: todo, destroys, why } of alike(nodes)) {
    const what =
      todo === ""
        ? "up to date"
        : `${todo}${destroys ? colored(" (destroys data)", "red") : ""}${why === "" ? "" : `; ${why}`}`;
    await print(`${names.length} ${names.length === 1 ? "node" : "nodes"}: ${what}\n  ${names.join(", ")}\n`);
  }
  await print(
    `plan ${made.id} to revision ${made.revision}: ${made.changeCount} of ${made.stepCount} steps change something, ${made.destructiveCount} destroy data\n`,
  );
}

/** Nodes that have the same before them, as one: a site of thousands is read in a few lines. */
function alike(nodes: ReadonlyMap<string, readonly PlanStep[]>) {
  const groups = new Map<string, { names: string[]; steps: string; destroys: boolean; why: string }>();
  for (const [name, own] of nodes) {
    const todo = own.filter((step) => step.disposition === Disposition.CHANGE);
    const steps = todo.map((step) => stepWord(step.kind)).join(" > ");
    const destroys = own.some((step) => step.destructive);
    const why = todo[0]?.reason ?? "";
    const key = JSON.stringify([steps, destroys, why]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [name], steps, destroys, why });
    else group.names.push(name);
  }
  return groups.values();
}

function nextStep(made: Plan, options: PlanOptions): string {
  if (made.changeCount === 0) return "nothing to do: the site is what the design says";
  const consent = made.destructiveCount > 0 ? " --allow-destroy" : "";
  return `next: bedplate apply ${options.out ?? made.id}${consent}`;
}
