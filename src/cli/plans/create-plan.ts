import { writeFile } from "node:fs/promises";
import { ControlService } from "../../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Plan } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { CliError } from "../cli-error.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { note, type OutputForm, printValue } from "../output.ts";
import { headWord, type RevisionWord, revisionOf } from "../revision-word.ts";
import { parseSelection } from "../select-option.ts";
import { withServer } from "../with-server.ts";
import { parsePhases } from "./phase-word.ts";
import { parseAction } from "./plan-action.ts";
import { writePlanFile } from "./plan-file.ts";
import { printPlan } from "./print-plan.ts";
import { planValue, readSteps } from "./read-plan.ts";

/** Options of `bedplate plan ACTION`. */
export interface PlanOptions extends ConnectOptions {
  readonly design?: string;
  readonly select: readonly string[];
  /** Words of phases, perhaps several with commas between. */
  readonly phase: readonly string[];
  readonly filter?: string;
  /** For how long it may be applied, in seconds. */
  readonly ttl?: number;
  readonly revision?: RevisionWord;
  readonly out?: string;
  readonly all?: boolean;
  /** Whether the provisioner's site is left as it is. */
  readonly skipSite?: boolean;
  readonly output: OutputForm;
}

/** `bedplate plan ACTION`: observes the world, writes the steps down on the server and shows them. Changes nothing. */
export async function plan(word: string, way: string | undefined, options: PlanOptions): Promise<ExitCode> {
  const { action, power } = parseAction(word, way);
  const { design, filter = "", ttl = 0 } = options;
  if (design === undefined) throw new CliError(exitCode.usage, "no design is named", "add --design NAME");
  const { selector, phases } = parseSelection(options.select);
  const wanted = [...new Set([...phases, ...options.phase.flatMap(parsePhases)])];
  return withServer(options, async ({ clientFor }) => {
    const revision = await revisionOf(clientFor(DesignStateService), design, options.revision ?? headWord);
    const request = {
      design,
      action,
      power,
      selector,
      phases: wanted,
      filter,
      revision,
      ttlSeconds: ttl,
      skipSite: options.skipSite ?? false,
    };
    const made = (await clientFor(ControlService).createPlan(request, { timeoutMs: 300_000 })).plan;
    if (made === undefined) throw new CliError(exitCode.fault, "the server answered without a plan");
    const steps = await readSteps(clientFor(OrchestratorService), made.id);
    if (options.out !== undefined) await writePlanFile(options.out, made, steps, writeFile);
    if (options.output !== "table") await printValue(options.output, planValue(made, steps));
    else {
      await printPlan(made, steps, { all: options.all === true });
      note(nextStep(made, options.out));
    }
    return exitCode.done;
  });
}

/** What a person may do with a plan. */
export function nextStep(made: Plan, file?: string): string {
  if (made.changeCount === 0) return "nothing to do: the site is what the design says";
  const consent = made.destructiveCount > 0 ? " --allow-destroy" : "";
  return `next: bedplate apply ${file ?? made.id}${consent}`;
}
