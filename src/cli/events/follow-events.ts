import { Code, ConnectError } from "@connectrpc/connect";
import type { Event } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { note } from "../output.ts";
import { pause } from "../pause.ts";

/** Opens a stream of events after a sequence number. */
export type OpenEvents = (after: bigint, signal: AbortSignal) => AsyncIterable<{ readonly events: readonly Event[] }>;

/** How long a server may be away, and how often it is asked, in milliseconds. */
const away = { atMost: 600_000, between: 500 } as const;

/**
 * Takes events as they come until the stream ends, or Ctrl-C. A server that is away is waited for, and the stream goes on where it stopped: nothing is missed or
 * told twice.
 */
export async function followEvents(
  open: OpenEvents,
  from: bigint,
  take: (event: Event) => Promise<void>,
): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort("interrupted");
  process.once("SIGINT", interrupt);
  let after = from;
  let goneSince: number | undefined;
  try {
    while (!stop.signal.aborted) {
      try {
        for await (const { events } of open(after, stop.signal)) {
          if (goneSince !== undefined) note(`the server is back; going on after event ${after}`);
          goneSince = undefined;
          for (const event of events) {
            after = event.sequence;
            await take(event);
          }
        }
        return exitCode.done;
      } catch (error) {
        if (stop.signal.aborted) break;
        const gone = [Code.Unavailable, Code.Aborted, Code.Canceled].includes(ConnectError.from(error).code);
        if (goneSince === undefined && gone) note("the server is away; waiting for it");
        goneSince ??= performance.now();
        if (!gone || performance.now() - goneSince > away.atMost) throw error;
        await pause(away.between, stop.signal);
      }
    }
    return exitCode.interrupted;
  } finally {
    process.off("SIGINT", interrupt);
  }
}
