import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError, type ContextValues, createContextKey } from "@connectrpc/connect";
import { ANONYMOUS, type Caller } from "./caller.ts";

/** The peer of a call that never left the process. */
export const IN_PROCESS = "in-process";

/** What is known about one call while it runs; shared by everything the call passes through. */
export type Call = {
  readonly method: DescMethod;
  /** Remote address, or `IN_PROCESS`. */
  readonly peer: string;
  /** Milliseconds since the process started, when the call began. */
  readonly startedAt: number;
  caller: Caller;
  /** What the call is about, for the audit record, such as `design=site-a node=n1`. */
  subject: string;
  /** The signal of the protocol layer; its reason is what that layer failed with. */
  signal?: AbortSignal;
  /** Whether the request got as far as the interceptors. */
  entered: boolean;
  /** The error it ended with, once it has. */
  error?: ConnectError;
  /** An error to answer with in place of doing anything. */
  refusal?: ConnectError;
};

/** The running call, in the context values of its handler. */
export const callKey = createContextKey<Call | undefined>(undefined, { description: "the running call" });

/** Remote address of the connection a request came by; set by the listener. */
export const peerKey = createContextKey<string>(IN_PROCESS, { description: "remote address" });

/** A caller that needs no credentials, because it is this process; set by the in-process transport alone. */
export const knownCallerKey = createContextKey<Caller | undefined>(undefined, { description: "known caller" });

/** An error the listener wants a request answered with, such as "shutting down". */
export const refusalKey = createContextKey<ConnectError | undefined>(undefined, { description: "refusal" });

/** Begins the record of a call from what the transport put into its context values. */
export function beginCall(method: DescMethod, values: ContextValues): Call {
  const refusal = values.get(refusalKey);
  const call: Call = {
    method,
    peer: values.get(peerKey),
    startedAt: performance.now(),
    caller: values.get(knownCallerKey) ?? ANONYMOUS,
    subject: "",
    entered: false,
    ...(refusal === undefined ? {} : { refusal }),
  };
  values.set(callKey, call);
  return call;
}

/** The call whose context values these are. Throws outside a call. */
export function callOf(values: ContextValues): Call {
  const call = values.get(callKey);
  if (call === undefined) throw new Error("no call: these context values belong to no request of the mesh");
  return call;
}

/** Who makes the call whose context values these are. For handlers: `callerOf(context.values)`. */
export function callerOf(values: ContextValues): Caller {
  return callOf(values).caller;
}

/** Says what a call is about, for its audit record, where the request's own names don't: `plan=7f3a`. */
export function setSubject(values: ContextValues, subject: string): void {
  callOf(values).subject = subject;
}

/** How a call ended: `ok`, or the canonical code, such as `PERMISSION_DENIED`. */
export function outcomeOf(call: Call): string {
  if (call.error === undefined) return "ok";
  return (Code[call.error.code] ?? "Unknown").replace(/[a-z](?=[A-Z])/g, "$&_").toUpperCase();
}
