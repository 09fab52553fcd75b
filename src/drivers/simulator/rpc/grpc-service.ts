import { once } from "node:events";
import {
  create,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import type { Server, ServerUnaryCall, ServerWritableStream, sendUnaryData } from "@grpc/grpc-js";
import { invalid } from "../world/refusal.ts";
import { toServerError } from "./driver-error.ts";

/** The caller of one call. */
export interface Caller {
  /** Resolves when the caller has given up or its deadline has passed. */
  gone(): Promise<void>;
  /** Aborts then. */
  signal(): AbortSignal;
}

/** One function a method: a request in; one answer, or a sequence of them, out. */
export type Handlers<S extends DescService> = {
  readonly [M in keyof S["method"]]: S["method"][M] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, caller: Caller) => MessageInitShape<O> | Promise<MessageInitShape<O>>
    : S["method"][M] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, caller: Caller) => Iterable<MessageInitShape<O>> | AsyncIterable<MessageInitShape<O>>
      : never;
};

type Handler = (request: unknown, caller: Caller) => unknown;

const validator = createValidator();

/**
 * Serves a service described by protobuf-es with grpc-js. Requests out of the contract's bounds are INVALID_ARGUMENT and reach no
 * handler; a handler fails by throwing a Refusal.
 */
export function addService<S extends DescService>(server: Server, service: S, handlers: Handlers<S>): void {
  const given = handlers as unknown as Readonly<Record<string, Handler>>;
  for (const method of service.methods) {
    const handle = given[method.localName];
    if (handle === undefined) continue;
    const streams = method.methodKind === "server_streaming";
    const definition = {
      path: `/${service.typeName}/${method.name}`,
      requestStream: false,
      responseStream: streams,
      requestSerialize: (message: unknown) => serialize(method.input, message),
      requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
      responseSerialize: (message: unknown) => serialize(method.output, message),
      responseDeserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
    };
    server.addService(
      { [method.name]: definition },
      { [method.name]: streams ? many(method, handle) : one(method, handle) },
    );
  }
}

function one(method: DescMethod, handle: Handler) {
  return async (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): Promise<void> => {
    try {
      check(method, call.request);
      answer(null, await handle(call.request, callerOf(call)));
    } catch (error) {
      answer(toServerError(error));
    }
  };
}

function many(method: DescMethod, handle: Handler) {
  return async (call: ServerWritableStream<unknown, unknown>): Promise<void> => {
    try {
      check(method, call.request);
      for await (const message of handle(call.request, callerOf(call)) as AsyncIterable<unknown>) {
        if (call.cancelled) return;
        if (!call.write(message)) await Promise.race([once(call, "drain"), once(call, "cancelled")]);
      }
      call.end();
    } catch (error) {
      // Not destroy(): that would end the stream without the status.
      call.emit("error", toServerError(error));
    }
  };
}

function callerOf(call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>): Caller {
  return {
    gone: () =>
      new Promise<void>((resolve) => {
        if (call.cancelled) resolve();
        else call.once("cancelled", () => resolve());
      }),
    signal() {
      const controller = new AbortController();
      if (call.cancelled) controller.abort();
      else call.once("cancelled", () => controller.abort());
      return controller.signal;
    },
  };
}

function check(method: DescMethod, request: unknown): void {
  const result = validator.validate(method.input, request as MessageShape<typeof method.input>);
  if (result.kind === "error") throw result.error;
  const [violation] = result.violations ?? [];
  if (violation === undefined) return;
  throw invalid(violation.toString().split(":")[0] ?? "", violation.toString());
}

function serialize(schema: DescMethod["output"], message: unknown): Buffer {
  return Buffer.from(toBinary(schema, create(schema, message as MessageInitShape<typeof schema>)));
}
