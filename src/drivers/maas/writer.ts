import { Code } from "@connectrpc/connect";
import type { MaasClient } from "./client/maas-client.ts";
import type { MaasWrite } from "./client/request.ts";
import { DriverError, leaseExpired } from "./driver-error.ts";

/** The bounds within which one call writes. */
export interface WriteBounds {
  /** What the lease is on, for messages. */
  readonly subject: string;
  /** After this moment, unix milliseconds, nothing is written. */
  readonly notAfter: number | undefined;
  /** After this moment, unix milliseconds, the call should answer rather than go on. */
  readonly until: number;
}

/** The one way of an Ensure call to change anything. */
export interface Writer {
  /**
   * Sends one request and awaits its answer, however long that takes; deleting what is gone already succeeds. Fails with LEASE_EXPIRED, having sent nothing, when no answer can come before
   * `notAfter`.
   */
  send(write: MaasWrite): Promise<unknown>;
  /** Whether there is time for another step. */
  hasTime(): boolean;
  /** How many requests succeeded. */
  readonly count: number;
}

/** No answer to a write comes quicker, on a MAAS that has something else to do too. */
const QUICKEST_ANSWER_MS = 250;

/** A writer over a client. */
export function createWriter(client: MaasClient, bounds: WriteBounds): Writer {
  let count = 0;
  return {
    async send(write) {
      const inTime = (): void => {
        if (bounds.notAfter !== undefined && Date.now() + QUICKEST_ANSWER_MS > bounds.notAfter)
          throw leaseExpired(bounds.subject);
      };
      // Asked again when it is its turn: it may have waited behind others.
      inTime();
      const answer = await client.send(write, inTime).catch((error: unknown) => {
        // What is to go and is gone is as wanted.
        if (write.method === "DELETE" && error instanceof DriverError && error.failure.code === Code.NotFound)
          return "";
        throw error;
      });
      count += 1;
      return answer;
    },
    hasTime: () => Date.now() < bounds.until,
    get count() {
      return count;
    },
  };
}
