import { Code, ConnectError } from "@connectrpc/connect";
import { sqlState } from "../../db/sql-state.ts";
import { type DriverFault, driverFault } from "../drivers/driver-failure.ts";

/** What a failed call asks of a step: what its driver says, or to wait for something of our own that is away. */
export type CallFault = DriverFault | { readonly kind: "away"; readonly message: string };

/** Reads the failure of a call to a driver, and of what is read for it. */
export function callFault(caught: unknown): CallFault {
  const fault = driverFault(caught);
  return fault.kind === "stop" && isDatabaseAway(caught) ? { kind: "away", message: "the database is away" } : fault;
}

/** Reads the failure of a call to one of our own services. Those answer INTERNAL when their database is away. */
export function serviceFault(caught: unknown): CallFault {
  const fault = callFault(caught);
  const { code, rawMessage } = ConnectError.from(caught);
  return fault.kind === "again" || AWAY.has(code) ? { kind: "away", message: rawMessage } : fault;
}

const AWAY: ReadonlySet<Code> = new Set([Code.Internal, Code.Unavailable, Code.DeadlineExceeded]);
// Connection, resources, operator intervention, and what the other of two transactions made fail.
const PASSING_STATES = /^(08|53|57|40)/;
const BROKEN =
  /\b(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)\b/;

function isDatabaseAway(caught: unknown): boolean {
  if (PASSING_STATES.test(sqlState(caught) ?? "")) return true;
  for (let current = caught, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth++) {
    if (BROKEN.test(current.message) || ("code" in current && BROKEN.test(String(current.code)))) return true;
  }
  return false;
}
