import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { ConnectError, type HandlerContext } from "@connectrpc/connect";
import { DriverError, invalidField } from "../driver-error.ts";
import type { Log } from "./log.ts";
import { statusError } from "./status-error.ts";

/** Puts the driver's edge around handlers: requests are checked against their bounds, errors become statuses. */
export interface Guard {
  unary<I extends DescMessage, O>(
    schema: I,
    handle: (request: MessageShape<I>, context: HandlerContext) => Promise<O>,
  ): (request: MessageShape<I>, context: HandlerContext) => Promise<O>;
  stream<I extends DescMessage, O>(
    schema: I,
    handle: (request: MessageShape<I>, context: HandlerContext) => AsyncIterable<O>,
  ): (request: MessageShape<I>, context: HandlerContext) => AsyncIterable<O>;
}

/** A guard that logs what fails, with the code and the method, and without anything of the request. */
export function createGuard(log: Log): Guard {
  const validator = createValidator();

  function check<I extends DescMessage>(schema: I, request: MessageShape<I>): void {
    const result = validator.validate(schema, request);
    if (result.kind === "valid") return;
    if (result.kind === "error") throw result.error;
    const [violation] = result.violations;
    const path = violation === undefined ? "" : pathToString(violation.field);
    throw invalidField(path, `${path || "the request"}: ${violation?.message || "is not valid"}`);
  }

  function fail(error: unknown, context: HandlerContext): ConnectError {
    const status = statusError(error);
    const fields = { method: context.method.name, code: status.code, reason: status.rawMessage };
    if (error instanceof DriverError || error instanceof ConnectError) log.info("call failed", fields);
    else
      log.error("fault", { ...fields, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return status;
  }

  return {
    unary: (schema, handle) => async (request, context) => {
      try {
        check(schema, request);
        return await handle(request, context);
      } catch (error) {
        throw fail(error, context);
      }
    },
    stream: (schema, handle) =>
      async function* guarded(request, context) {
        try {
          check(schema, request);
          yield* handle(request, context);
        } catch (error) {
          throw fail(error, context);
        }
      },
  };
}
