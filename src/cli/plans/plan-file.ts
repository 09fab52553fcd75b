import { readFile, stat } from "node:fs/promises";
import type { Plan, PlanStep } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { planValue } from "./read-plan.ts";

/** What `apply` needs of a plan: its id on the server, and the digest that says it is this one. */
export interface PlanReference {
  readonly id: string;
  readonly digest: string;
}

/** The most a plan file may have, in bytes. */
const largest = 256 * 1024 * 1024;

/** Writes a plan where `--out` says: its header and steps, as JSON. */
export async function writePlanFile(
  path: string,
  plan: Plan,
  steps: readonly PlanStep[],
  write: (path: string, text: string) => Promise<void>,
): Promise<void> {
  try {
    await write(path, `${JSON.stringify(planValue(plan, steps), null, 2)}\n`);
  } catch (error) {
    throw new CliError(
      exitCode.usage,
      `the plan can't be written to ${path}: ${(error as NodeJS.ErrnoException).code}`,
      "name another file with --out",
    );
  }
}

/** Reads what `plan --out` wrote; undefined when there is no such file. */
export async function readPlanFile(path: string): Promise<PlanReference | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > largest) throw notAPlan(path);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch {
    throw notAPlan(path);
  }
  const plan = typeof content === "object" && content !== null && "plan" in content ? content.plan : undefined;
  if (typeof plan !== "object" || plan === null || !("id" in plan) || !("digest" in plan)) throw notAPlan(path);
  if (typeof plan.id !== "string" || typeof plan.digest !== "string") throw notAPlan(path);
  return { id: plan.id, digest: plan.digest };
}

function notAPlan(path: string): CliError {
  return new CliError(exitCode.usage, `${path} is no plan`, "name a file that bedplate plan --out wrote, or a plan id");
}
