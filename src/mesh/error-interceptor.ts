import type { ConnectError, Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { subjectOf } from "./audit.ts";
import { callOf } from "./call.ts";
import { mapStream } from "./map-stream.ts";
import { methodName } from "./method-role.ts";
import { abortError, type Incident, shapeError, shapeRequestError } from "./shape-error.ts";

/**
 * The outermost interceptor: whatever a service throws leaves as an error with exactly one typed detail. What it didn't
 * foresee is logged with its stack under an incident id, and the id is all the caller gets.
 */
export function createErrorInterceptor(log: Logger): Interceptor {
  return (next) => async (request) => {
    const call = callOf(request.contextValues);
    call.entered = true;
    const fail = (caught: unknown): ConnectError => {
      const { error, incident } = shapeError(caught, request.signal);
      if (incident !== undefined) logIncident(log, methodName(request.method), incident);
      call.error = error;
      return error;
    };
    const ended = (): void => {
      if (request.signal.aborted) call.error ??= abortError(request.signal);
    };
    const seen = <M extends Parameters<typeof subjectOf>[1]>(message: M): M => {
      if (call.subject === "") call.subject = subjectOf(request.method.input, message);
      return message;
    };
    try {
      if (!request.stream) {
        seen(request.message);
        return await next(request);
      }
      const mend = (caught: unknown): ConnectError => shapeRequestError(caught).error;
      const response = await next({ ...request, message: mapStream(request.message, seen, mend) });
      if (!response.stream) return response;
      return { ...response, message: mapStream(response.message, (message) => message, fail, ended) };
    } catch (caught) {
      throw fail(caught);
    }
  };
}

/** Writes down a fault of ours; the stack stays in the log. */
export function logIncident(log: Logger, method: string, { id, cause }: Incident): void {
  log.error({ event: "incident", incident: id, method, err: cause }, `internal fault in ${method}`);
}
