import type { MaasClient } from "./client/maas-client.ts";
import type { MaasWrite } from "./client/request.ts";
import { leaseExpired } from "./driver-error.ts";

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
  /** Sends one request. Fails with LEASE_EXPIRED, having sent nothing, past `notAfter`. */
  send(write: MaasWrite): Promise<unknown>;
  /** Whether there is time for another step. */
  hasTime(): boolean;
  /** How many requests succeeded. */
  readonly count: number;
}

/** A writer over a client. */
export function createWriter(client: MaasClient, bounds: WriteBounds): Writer {
  let count = 0;
  return {
    async send(write) {
      if (bounds.notAfter !== undefined && Date.now() > bounds.notAfter) throw leaseExpired(bounds.subject);
      const answer = await client.send(write);
      count += 1;
      return answer;
    },
    hasTime: () => Date.now() < bounds.until,
    get count() {
      return count;
    },
  };
}
