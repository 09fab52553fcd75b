import { type Wait, WaitSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import { visibleText } from "../../text/visible-text.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { momentText } from "../moment-text.ts";
import { type OutputForm, printTable, printValue } from "../output.ts";
import { withServer } from "../with-server.ts";

/** Options of `bedplate job stuck`. */
export interface JobStuckOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design?: string;
}

/** `bedplate job stuck`: all that is stuck or waits for a person, the longest first. */
export async function jobStuck(options: JobStuckOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const waits: Wait[] = [];
    let pageToken = "";
    do {
      const page = await orchestrator.listStuck({ design: options.design ?? "", pageSize: 1000, pageToken });
      waits.push(...page.waits);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") {
      await printValue(options.output, {
        waits: waits.map((wait) => redactSecrets(WaitSchema, wait, { protoNames: true })),
      });
      return exitCode.done;
    }
    const rows = waits.map((wait) => [
      ...[momentText(wait.since), wait.until === undefined ? "a person" : momentText(wait.until)],
      ...[wait.design, wait.jobId, whatOf(wait), visibleText(wait.waitingFor)],
    ]);
    await printTable(["since", "until", "design", "job", "what", "waits for"], rows);
    return exitCode.done;
  });
}

function whatOf({ what }: Wait): string {
  if (what.case === "task") return what.value.stepId;
  return what.case === "node" ? `node ${what.value.node}` : "the job";
}
