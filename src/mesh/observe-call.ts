import { ConnectError, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Logger } from "pino";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { type AuditSink, auditEntry, isMutating } from "./audit.ts";
import { beginCall, type Call, IN_PROCESS, outcomeOf } from "./call.ts";
import { logIncident } from "./error-interceptor.ts";
import { errorDetail } from "./failure.ts";
import { mapStream } from "./map-stream.ts";
import { methodName, roleName, roleOf } from "./method-role.ts";
import { abortError, shapeError, shapeRequestError } from "./shape-error.ts";

/** What is told about a call that has ended: for metrics. */
export type CallReport = {
  /** `bedplate.control.v1.ControlService/WhoAmI`. */
  readonly method: string;
  /** `ok`, or the canonical code. */
  readonly outcome: string;
  /** Milliseconds from the first byte of the request to the last of the answer. */
  readonly durationMs: number;
};

/** Who hears about calls. */
export type CallObservers = {
  readonly log: Logger;
  readonly audit?: AuditSink | undefined;
  readonly onCall?: ((report: CallReport) => void) | undefined;
};

/**
 * Wraps the handler of one RPC so that every call is logged once (method, caller, code, duration; never a message) and
 * audited if it should be, and every error has its typed detail, those of the protocol layer too.
 */
export function observeCalls(handler: UniversalHandler, observers: CallObservers): UniversalHandler {
  const observed = async (request: UniversalServerRequest): Promise<UniversalServerResponse> => {
    const values = request.contextValues ?? createContextValues();
    const call = beginCall(handler.method, values);
    let response = await handler({ ...request, contextValues: values });
    const refusal = refusalOf(call, response, observers.log);
    if (refusal !== undefined) {
      call.error = call.refusal = refusal;
      await leave(response);
      // The same handler again, to have the error in the caller's protocol; the refusal stops it before the body.
      response = await handler({ ...request, body: nothing(), contextValues: values });
    }
    if (response.body === undefined || handler.method.methodKind === "unary") {
      await finish(call, response, observers);
      return response;
    }
    return { ...response, body: untilRead(call, request.signal, { ...response, body: response.body }, observers) };
  };
  return Object.assign(observed, handler);
}

// A stream has ended when its answer is read to the end, or when its caller has gone: then nobody reads on.
function untilRead(
  call: Call,
  signal: AbortSignal,
  response: UniversalServerResponse & { readonly body: AsyncIterable<Uint8Array> },
  observers: CallObservers,
): AsyncIterable<Uint8Array> {
  let open = true;
  const finished = (): void => {
    if (!open) return;
    open = false;
    signal.removeEventListener("abort", finished);
    if (signal.aborted) call.error ??= abortError(signal);
    void finish(call, response, observers);
  };
  if (signal.aborted) finished();
  else signal.addEventListener("abort", finished, { once: true });
  return mapStream(response.body, (chunk) => chunk, undefined, finished);
}

// The protocol layer ends every call by aborting its signal, with the error if there was one; that is the only place
// where an error it found before the interceptors, or after them, can be had.
function refusalOf(call: Call, response: UniversalServerResponse, log: Logger): ConnectError | undefined {
  const caught: unknown = call.signal?.reason;
  if (!(caught instanceof ConnectError) || call.refusal !== undefined) return undefined;
  if (errorDetail(caught) !== undefined) {
    if (!call.entered) call.error ??= caught;
    return undefined;
  }
  if (call.entered && (call.error !== undefined || !isError(response))) return undefined;
  const { error, incident } = call.entered ? shapeError(caught) : shapeRequestError(caught);
  if (incident !== undefined) logIncident(log, methodName(call.method), incident);
  return error;
}

function isError(response: UniversalServerResponse): boolean {
  const status = response.trailer?.get("grpc-status");
  return response.status !== 200 || (typeof status === "string" && status !== "0");
}

async function finish(call: Call, response: UniversalServerResponse, observers: CallObservers): Promise<void> {
  const method = methodName(call.method);
  const durationMs = performance.now() - call.startedAt;
  // Wrong HTTP method or content type: no call came about.
  const outcome = call.error === undefined && response.status >= 400 ? "INVALID_ARGUMENT" : outcomeOf(call);
  const { caller, peer } = call;
  observers.log[levelOf(call)](
    {
      event: "rpc",
      method,
      caller: caller.name,
      role: roleName(caller.role),
      ...(caller.onBehalfOf === undefined ? {} : { onBehalfOf: caller.onBehalfOf }),
      peer,
      outcome,
      ms: Math.round(durationMs * 10) / 10,
    },
    `${method} ${outcome}`,
  );
  observers.onCall?.({ method, outcome, durationMs });
  const { audit } = observers;
  if (audit === undefined || !(audit.applies ?? isMutating)(call)) return;
  const entry = auditEntry(call);
  try {
    await audit.record(entry);
  } catch (error) {
    observers.log.error({ event: "audit-lost", ...entry, err: error }, `could not store the audit record of ${method}`);
  }
}

function levelOf(call: Call): "debug" | "info" {
  const routine = call.peer === IN_PROCESS || roleOf(call.method) === Role.PUBLIC;
  return routine && call.error === undefined ? "debug" : "info";
}

async function leave(response: UniversalServerResponse): Promise<void> {
  await response.body?.[Symbol.asyncIterator]().return?.();
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
