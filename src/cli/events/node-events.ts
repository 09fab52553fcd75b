import type { Event } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import type { OutputForm } from "../output.ts";
import { withServer } from "../with-server.ts";
import { printEvent } from "./event-text.ts";
import { followEvents } from "./follow-events.ts";

/** Options of `bedplate node events` and `bedplate node log`. */
export interface NodeEventsOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** Sequence number of the last event seen. */
  readonly after?: number;
  readonly follow: boolean;
}

/** `bedplate node events NAME`: what happened to a node: its tasks in all jobs, and the lines it wrote. */
export function nodeEvents(node: string, options: NodeEventsOptions): Promise<ExitCode> {
  return show(node, options, false);
}

/** `bedplate node log NAME`: the lines a node wrote, and nothing else. */
export function nodeLog(node: string, options: NodeEventsOptions): Promise<ExitCode> {
  return show(node, options, true);
}

async function show(node: string, options: NodeEventsOptions, log: boolean): Promise<ExitCode> {
  const { design, after = 0, follow, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const take = async (event: Event): Promise<void> => {
      const wanted = isAbout(event, node) && (!log || event.change.case === "log");
      if (wanted) await printEvent(event, { output, log });
    };
    let last = BigInt(after);
    let pageToken = "";
    do {
      const page = await orchestrator.listNodeEvents({
        ...{ design, node, pageSize: 1000, pageToken },
        afterSequence: BigInt(after),
      });
      for (const event of page.events) await take(event);
      last = page.events.at(-1)?.sequence ?? last;
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (!follow) return exitCode.done;
    return followEvents(
      (place, signal) => orchestrator.watchEvents({ design, afterSequence: place }, { signal }),
      last,
      take,
    );
  });
}

function isAbout({ change }: Event, node: string): boolean {
  if (change.case === "task") return change.value.subject === node;
  return (change.case === "node" || change.case === "log") && change.value.node === node;
}
