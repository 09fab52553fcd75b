import { type TaskMoment, TaskMomentSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import { visibleText } from "../../text/visible-text.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { momentText } from "../moment-text.ts";
import { note, type OutputForm, printTable, printValue } from "../output.ts";
import { taskStateWord } from "../task-state-word.ts";
import { withServer } from "../with-server.ts";

/** Options of `bedplate job task`. */
export interface JobTaskOptions extends ConnectOptions {
  readonly output: OutputForm;
}

/** `bedplate job task ID STEP`: each moment of a task: its tries, what its driver said, what it waited for. */
export async function jobTask(jobId: string, stepId: string, options: JobTaskOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const moments: TaskMoment[] = [];
    let pageToken = "";
    do {
      const page = await orchestrator.listTaskHistory({ jobId, stepId, pageSize: 1000, pageToken });
      moments.push(...page.moments);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") {
      const values = moments.map((moment) => redactSecrets(TaskMomentSchema, moment, { protoNames: true }));
      await printValue(options.output, { moments: values });
      return exitCode.done;
    }
    if (moments.length === 0) note("it was never tried");
    await printTable(
      ["event", "at", "state", "try", "%", "what"],
      moments.flatMap(({ sequence, at, task }) =>
        task === undefined
          ? []
          : [
              [
                ...[`${sequence}`, momentText(at), taskStateWord(task.state), `${task.attempt}`, `${task.percent}`],
                visibleText(task.waitingFor === "" ? task.message : `waits for ${task.waitingFor}`),
              ],
            ],
      ),
    );
    const digest = moments.at(-1)?.task?.inputDigest ?? "";
    if (digest !== "") note(`given: sha256 ${digest}`);
    return exitCode.done;
  });
}
