import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { CliError } from "../cli-error.ts";
import type { ConnectOptions } from "../connect.ts";
import { printEvent } from "../events/event-text.ts";
import { followEvents, type OpenEvents } from "../events/follow-events.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import type { OutputForm } from "../output.ts";
import { withServer } from "../with-server.ts";

/** Options of `bedplate job events`. */
export interface JobEventsOptions extends ConnectOptions {
  readonly output: OutputForm;
  /** All events of this design, in place of one job's. */
  readonly design?: string;
  /** Sequence number of the last event seen. */
  readonly after?: number;
  readonly follow: boolean;
}

/** `bedplate job events [ID]`: what happened in a job, or in a design, as it is told to programs. */
export async function jobEvents(jobId: string | undefined, options: JobEventsOptions): Promise<ExitCode> {
  const { design, after = 0, follow, output } = options;
  if ((jobId === undefined) === (design === undefined))
    throw new CliError(exitCode.usage, "whose events?", "name a job, or a design with --design");
  return withServer(options, ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const open: OpenEvents = (afterSequence, signal) => {
      const place = { afterSequence, untilNow: !follow };
      return design === undefined
        ? orchestrator.watchJob({ jobId: jobId ?? "", ...place }, { signal })
        : orchestrator.watchEvents({ design, ...place }, { signal });
    };
    return followEvents(open, BigInt(after), (event) => printEvent(event, { output }));
  });
}
