import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type { Operation, Target } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import { createMaasClient, type MaasClient } from "../client/maas-client.ts";
import { createPools } from "../client/pools.ts";
import { readTarget } from "../client/target.ts";
import { createLocks } from "../locks.ts";
import { createWriter, type Writer } from "../writer.ts";
import type { Log } from "./log.ts";

const DEFAULT_TIME_MS = 30_000;
const LONGEST_TIME_MS = 20_000;

/** Opens the client and the writer of one call. */
export interface Sessions {
  /** A client for a call that reads; `secrets` are those of the call beside the target's. */
  read(target: Target | undefined, context: HandlerContext, secrets?: readonly string[]): MaasClient;
  /** Runs a call that may write, apart from all others on the same subject. */
  write<T>(
    call: {
      readonly target: Target | undefined;
      readonly operation: Operation;
      readonly subject: string;
      readonly secrets?: readonly string[];
    },
    context: HandlerContext,
    work: (client: MaasClient, writer: Writer) => Promise<T>,
  ): Promise<T>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Sessions over pools of their own. Writes and failures are logged, with method and path only. */
export function createSessions(log: Log): Sessions {
  const pools = createPools();
  const locks = createLocks();

  const read: Sessions["read"] = (source, context, secrets) => {
    const target = readTarget(source, secrets);
    return createMaasClient(pools, target, context.signal, ({ method, path, status, durationMs }) => {
      if (method === "GET" && typeof status === "number" && status < 400) return;
      log.info("maas request", { instance: target.instance, method, path, status, ms: durationMs });
    });
  };

  return {
    read,
    write({ target, operation, subject, secrets }, context, work) {
      const client = read(target, context, secrets);
      const { origin, basePath } = client.target;
      return locks.run(`${origin}${basePath} ${subject}`, subject, operation.operationId, () => {
        // The answer must be out before the caller stops waiting for it, so writing ends well before.
        const left = Math.min((context.timeoutMs() ?? DEFAULT_TIME_MS) / 2, LONGEST_TIME_MS);
        const { notAfter } = operation;
        const lease = notAfter === undefined ? undefined : timestampMs(notAfter);
        return work(client, createWriter(client, { subject, notAfter: lease, until: Date.now() + left }));
      });
    },
    close: () => pools.close(),
  };
}
