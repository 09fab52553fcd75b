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
  /** Records a change and resolves once it is durable. Waits for a design state that is away. Rejects as that does otherwise. */
  record(design: string, update: StatusUpdate): Promise<void>;
}

// Manifests are a few kilobytes each, and a message holds 4 MiB.
const MOST_UPDATES = 200;
const DELAY_MS = 10;
const RETRY_MS = 1_000;
const AWAY = new Set([Code.Unavailable, Code.DeadlineExceeded]);
// A design state whose database is away says so; a fault of its own it says alike, again and again.
const MOST_FAULTS = 60;

/** Makes a recorder that writes through DesignStateService until `signal` aborts. */
export function createStatusRecorder(
  state: () => Client<typeof DesignStateService>,
  signal: AbortSignal,
): StatusRecorder {
  const send = async (design: string, updates: StatusUpdate[]): Promise<void> => {
    for (let faults = 0; ; ) {
      try {
        await state().recordNodeStatus({ design, updates });
        return;
      } catch (error) {
        const { code } = ConnectError.from(error);
        if (code === Code.Internal) faults++;
        const again = AWAY.has(code) || (code === Code.Internal && faults < MOST_FAULTS);
        if (signal.aborted || !again) throw error;
        await wait(RETRY_MS, signal);
      }
    }
  };
  const batcher = createBatcher<{ readonly design: string; readonly update: StatusUpdate }, void>({
    delayMs: DELAY_MS,
    most: MOST_UPDATES,
    groupOf: ({ design }) => design,
    keyOf: ({ update }) => update.node ?? "",
    async work(batch) {
      await send(
        batch[0]?.design ?? "",
        batch.map(({ update }) => update),
      );
      return batch.map(() => undefined);
    },
  });
  return { record: (design, update) => batcher.add({ design, update }) };
}
