import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Disposition, type PlanStep } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { visibleText } from "../../text/visible-text.ts";
import { CliError } from "../cli-error.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { colored, note, type OutputForm, print, printValue } from "../output.ts";
import { secondsText } from "../seconds-option.ts";
import { stepWord } from "../step-word.ts";
import { withServer } from "../with-server.ts";
import { nextStep } from "./create-plan.ts";
import { originText } from "./origin-text.ts";
import { lossOf, printPlan, summaryLines } from "./print-plan.ts";
import { planValue, readPlan, readSteps } from "./read-plan.ts";

/** Options of `bedplate plan show`. */
export interface ShowPlanOptions extends ConnectOptions {
  /** One node alone. */
  readonly node?: string;
  /** Whether each difference says where the design holds what it leads to. */
  readonly origins?: boolean;
  readonly all?: boolean;
  readonly output: OutputForm;
}

/** `bedplate plan show ID`: a plan as it was made; with a node or with origins step by step. */
export async function showPlan(planId: string, options: ShowPlanOptions): Promise<ExitCode> {
  const { node = "", origins = false, all = false } = options;
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const made = await readPlan(orchestrator, planId);
    const steps = await readSteps(orchestrator, planId, { subject: node, withOrigins: origins });
    if (node !== "" && steps.length === 0) {
      throw new CliError(exitCode.usage, `the plan has no node ${node}`, `see bedplate plan show ${planId} --all`);
    }
    if (options.output !== "table") await printValue(options.output, planValue(made, steps));
    else if (node === "" && !origins) await printPlan(made, steps, { all });
    else await print([...steps.flatMap(stepLines), ...summaryLines(made)].map((line) => `${line}\n`).join(""));
    if (options.output === "table") note(nextStep(made));
    return exitCode.done;
  });
}

/** A step, its reason, and each of its differences with the place in the design. */
function stepLines(step: PlanStep): string[] {
  const upToDate = step.disposition === Disposition.UP_TO_DATE;
  const time = step.estimatedSeconds === 0 ? "" : `, about ${secondsText(step.estimatedSeconds)}`;
  const destroys = step.destructive ? colored(` (${lossOf(step.kind)})`, "red") : "";
  const why = step.reason === "" ? "" : `: ${visibleText(step.reason)}`;
  const state = upToDate ? colored(" up to date", "dim") : "";
  return [
    `${step.subject} ${stepWord(step.kind)}${destroys}${state}${time}${why}`,
    ...step.changes.flatMap(({ action, object, field, before, after, destructive }, index) => {
      const values = before === "" ? after : after === "" ? `was ${before}` : `${before} -> ${after}`;
      const what = field === "" ? object : `${object} ${field}`;
      const loses = destructive ? colored(" (destroys data)", "red") : "";
      return [
        `  ${action} ${visibleText(what)}${values === "" ? "" : `: ${visibleText(values)}`}${loses}`,
        ...step.origins.filter(({ change }) => change === index).map((origin) => `    ${originText(origin)}`),
      ];
    }),
  ];
}
