import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { NodeStatusUpdateSchema } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { wait } from "../wait.ts";
import { createBatcher } from "./batcher.ts";

/** A change to a node's persisted state. */
export type StatusUpdate = Exclude<MessageInitShape<typeof NodeStatusUpdateSchema>, { $typeName: string }>;

/** Records the state of nodes, many in one call. */
export interface StatusRecorder {
  /**
   * Records a change and resolves once it is durable. Waits for a design state that is away. Rejects as that does otherwise; one that is refused harms none of those
   * it was sent with.
   */
  record(design: string, update: StatusUpdate): Promise<void>;
}

// Manifests are a few kilobytes each, and a message holds 4 MiB.
const MOST_UPDATES = 200;
const DELAY_MS = 40;
const RETRY_MS = 1_000;
const AWAY = new Set([Code.Unavailable, Code.DeadlineExceeded]);
// A design state whose database is away says so; a fault of its own it says alike, again and again.
const MOST_FAULTS = 60;
// So many faults in a row may be the fault of one change among many.
const FAULTS_BEFORE_SPLIT = 3;
// These are said of the design, or of the caller: of one change as of many.
const OF_ALL = new Set([
  Code.NotFound,
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.Unimplemented,
  Code.FailedPrecondition,
]);

/** Makes a recorder that writes through DesignStateService until `signal` aborts, for as long as the life of that name lasts. */
export function createStatusRecorder(
  state: () => Client<typeof DesignStateService>,
  signal: AbortSignal,
  holder: string,
): StatusRecorder {
  /** Sends changes until they are taken or refused; gives for each what it was refused with. */
  const send = async (design: string, updates: readonly StatusUpdate[]): Promise<readonly unknown[]> => {
    for (let faults = 0; ; ) {
      try {
        await state().recordNodeStatus({ design, updates: [...updates], holder });
        return updates.map(() => undefined);
      } catch (error) {
        const { code } = ConnectError.from(error);
        const fault = code === Code.Internal;
        if (fault) faults++;
        const most = updates.length === 1 ? MOST_FAULTS : FAULTS_BEFORE_SPLIT;
        const again = AWAY.has(code) || (fault && faults < most);
        if (signal.aborted || updates.length === 1 || OF_ALL.has(code)) {
          if (signal.aborted || !again) return updates.map(() => error);
        } else if (!again) {
          const middle = updates.length >> 1;
          const halves = [updates.slice(0, middle), updates.slice(middle)];
          return (await Promise.all(halves.map((half) => send(design, half)))).flat();
        }
        try {
          await wait(RETRY_MS, signal);
        } catch (stopped) {
          return updates.map(() => stopped);
        }
      }
    }
  };
  const batcher = createBatcher<{ readonly design: string; readonly update: StatusUpdate }, unknown>({
    delayMs: DELAY_MS,
    most: MOST_UPDATES,
    groupOf: ({ design }) => design,
    keyOf: ({ update }) => update.node ?? "",
    work: (batch) =>
      send(
        batch[0]?.design ?? "",
        batch.map(({ update }) => update),
      ),
  });
  return {
    async record(design, update) {
      const refusal = await batcher.add({ design, update });
      if (refusal !== undefined) throw refusal;
    },
  };
}
