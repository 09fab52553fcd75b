import { type Schedule, ScheduleSchema } from "../../gen/bedplate/orchestrator/v1/drift_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import { note, type OutputForm, print, printTable, printValue } from "./output.ts";
import { parseSelection } from "./select-option.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands about schedules. */
export interface ScheduleOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
}

/** Options of `bedplate schedule put`. */
export interface SchedulePutOptions extends ScheduleOptions {
  readonly every: string;
  readonly select: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const HEADER = ["design", "name", "what", "every", "next", "last job", "how that went"];

/** `bedplate schedule put NAME`: has deployed nodes compared with the design again and again. */
export async function putSchedule(name: string, options: SchedulePutOptions): Promise<ExitCode> {
  const intervalSeconds = parseInterval(options.every);
  const { selector, phases } = parseSelection(options.select);
  if (phases.length > 0) {
    const hint = "only deployed nodes are compared anyway; leave phase= out";
    throw new CliError(exitCode.usage, "a schedule selects nodes by the design, not by phase", hint);
  }
  return withServer(options, async ({ clientFor }) => {
    const given = { design: options.design, name, action: Action.VERIFY, selector, intervalSeconds };
    const { schedule } = await clientFor(OrchestratorService).putSchedule({ schedule: given });
    if (schedule === undefined) throw new CliError(exitCode.fault, "the server answered without a schedule");
    if (options.output === "table") await printTable(HEADER, [row(schedule)]);
    else await printValue(options.output, { schedule: value(schedule) });
    return exitCode.done;
  });
}

/** `bedplate schedule list`: what is done again and again, and how the last time went. */
export async function listSchedules(
  options: Omit<ScheduleOptions, "design"> & { readonly design?: string },
): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const schedules: Schedule[] = [];
    let pageToken = "";
    do {
      const request = { design: options.design ?? "", pageSize: 1000, pageToken };
      const page = await clientFor(OrchestratorService).listSchedules(request);
      schedules.push(...page.schedules);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") await printValue(options.output, { schedules: schedules.map(value) });
    else {
      await printTable(HEADER, schedules.map(row));
      if (schedules.length === 0) note("nothing is scheduled: bedplate schedule put NAME --every 1d --design DESIGN");
    }
    return exitCode.done;
  });
}

/** `bedplate schedule delete NAME`: forgets a schedule. Jobs it started go on. */
export async function deleteSchedule(name: string, options: ScheduleOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    await clientFor(OrchestratorService).deleteSchedule({ design: options.design, name });
    if (options.output === "table") await print(`schedule ${name} is gone\n`);
    else await printValue(options.output, {});
    return exitCode.done;
  });
}

/** Seconds of a time such as "30m". */
function parseInterval(text: string): number {
  const [, count = "", unit = ""] = /^([0-9]{1,7})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds >= 60 && seconds <= 2_678_400) return seconds;
  throw new CliError(
    exitCode.usage,
    `${JSON.stringify(text)} is no interval`,
    "give one from 60s to 31d, such as 30m, 12h or 1d",
  );
}

function value(schedule: Schedule): unknown {
  return redactSecrets(ScheduleSchema, schedule, { protoNames: true });
}

function row({ design, name, action, intervalSeconds, nextAt, lastJobId, lastMessage }: Schedule): string[] {
  const what = (Action[action] ?? "").toLowerCase();
  return [design, name, what, `${intervalSeconds}s`, momentText(nextAt), lastJobId || "-", lastMessage || "-"];
}
