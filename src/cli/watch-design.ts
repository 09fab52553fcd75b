import { Code, ConnectError } from "@connectrpc/connect";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type WatchResponse, WatchSubject } from "../../gen/bedplate/design/v1/watch_pb.js";
import { CliError } from "./cli-error.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import { parseItem } from "./design-option.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { note, type OutputForm } from "./output.ts";
import { pause } from "./pause.ts";
import { printChange } from "./print-change.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate watch`. */
export interface WatchOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** Sequence number of the last change seen; absent for what comes next. */
  readonly after?: number;
  readonly statuses: boolean;
  readonly revisions: boolean;
  /** How many changes to tell; absent for all that come. */
  readonly count?: number;
  /** Seconds to watch; absent for as long as it takes. */
  readonly timeout?: number;
}

/** How long a server may be away, and how often it is asked, in milliseconds. */
const away = { atMost: 600_000, between: 500 } as const;

/** `bedplate watch [KIND[/NAME]]`: changes of a design as they come. A server that is away is waited for, and nothing is missed or told twice. */
export async function watchDesign(item: string | undefined, options: WatchOptions): Promise<ExitCode> {
  if (options.count === 0) throw new CliError(exitCode.usage, "--count 0 tells nothing", "write 1 or more");
  const stop = new AbortController();
  const interrupt = () => stop.abort("interrupted");
  process.once("SIGINT", interrupt);
  const { timeout } = options;
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort("timeout"), timeout * 1000);
  try {
    const told = await withServer(options, (connection) => follow(connection, item, options, stop.signal)).catch(
      (error: unknown) => {
        if (stop.signal.aborted) return 0;
        throw error;
      },
    );
    if (told === options.count) return exitCode.done;
    if (stop.signal.reason === "interrupted") return exitCode.interrupted;
    return options.count === undefined ? exitCode.done : exitCode.stoppedWaiting;
  } finally {
    process.off("SIGINT", interrupt);
    clearTimeout(timer);
  }
}

/** Prints changes until it is stopped or there were as many as asked for, and tells how many there were. */
async function follow(
  { clientFor }: Connection,
  item: string | undefined,
  options: WatchOptions,
  stop: AbortSignal,
): Promise<number> {
  const state = clientFor(DesignStateService);
  const { design, output, count = Number.POSITIVE_INFINITY } = options;
  const { kind, name } = item === undefined ? { kind: undefined, name: undefined } : parseItem(item);
  // A slip in a name would be waited for without end.
  if (kind === undefined) await state.getDesign({ design }, { signal: stop });
  else await state.listItems({ design, kind, pageSize: 1 }, { signal: stop });
  const request = {
    ...{ design, subjects: subjectsOf(item, options) },
    ...{ kinds: kind === undefined ? [] : [kind], names: name === undefined ? [] : [name] },
  };
  let last = options.after === undefined ? undefined : BigInt(options.after);
  let goneSince: number | undefined;
  for (let told = 0; ; ) {
    const leaving = new AbortController();
    const signal = AbortSignal.any([stop, leaving.signal]);
    try {
      const place = last === undefined ? { fromNow: true } : { afterSequence: last };
      for await (const message of state.watch({ ...request, ...place }, { signal })) {
        if (goneSince !== undefined) note(`the server is back; going on after change ${last ?? message.sequence}`);
        goneSince = undefined;
        last = message.sequence;
        await printChange(message, output);
        if (!isBookmark(message)) told++;
        if (told >= count) return told;
      }
    } catch (error) {
      if (stop.aborted) return told;
      const gone = [Code.Unavailable, Code.Aborted, Code.Canceled].includes(ConnectError.from(error).code);
      if (goneSince === undefined && gone) note("the server is away; waiting for it");
      goneSince ??= performance.now();
      if (!gone || performance.now() - goneSince > away.atMost) throw error;
    } finally {
      leaving.abort();
    }
    await pause(away.between, stop);
    if (stop.aborted) return told;
  }
}

function subjectsOf(item: string | undefined, { statuses, revisions }: WatchOptions): WatchSubject[] {
  return [
    ...(item === undefined ? [] : [WatchSubject.ITEMS]),
    ...(statuses ? [WatchSubject.STATUSES] : []),
    ...(revisions ? [WatchSubject.REVISIONS] : []),
  ];
}

function isBookmark({ change }: WatchResponse): boolean {
  return change.case === undefined;
}
