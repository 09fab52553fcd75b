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
import { invalidField, toServerError } from "./driver-error.ts";

/** One function a method: a request in; one answer, or a sequence of them, out. */
export type Handlers<S extends DescService> = {
  readonly [M in keyof S["method"]]?: S["method"][M] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>) => MessageInitShape<O> | Promise<MessageInitShape<O>>
    : S["method"][M] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>) => Iterable<MessageInitShape<O>> | AsyncIterable<MessageInitShape<O>>
      : never;
};

type Handler = (request: unknown) => unknown;

const validator = createValidator();

/**
 * Serves a service described by protobuf-es with grpc-js. Requests out of the contract's bounds are INVALID_ARGUMENT and
 * reach no handler; methods without a handler are UNIMPLEMENTED; a handler fails by throwing a DriverError.
 */
export function addService<S extends DescService>(server: Server, service: S, handlers: Handlers<S>): void {
  const given = handlers as Readonly<Record<string, Handler | undefined>>;
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
      answer(null, await handle(call.request));
    } catch (error) {
      answer(toServerError(error));
    }
  };
}

function many(method: DescMethod, handle: Handler) {
  return async (call: ServerWritableStream<unknown, unknown>): Promise<void> => {
    try {
      check(method, call.request);
      for await (const message of handle(call.request) as AsyncIterable<unknown>) {
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

function check(method: DescMethod, request: unknown): void {
  const result = validator.validate(method.input, request as MessageShape<typeof method.input>);
  if (result.kind === "error") throw result.error;
  const [violation] = result.violations ?? [];
  if (violation !== undefined) throw invalidField(violation.toString().split(":")[0] ?? "", violation.toString());
}

function serialize(schema: DescMethod["output"], message: unknown): Buffer {
  return Buffer.from(toBinary(schema, create(schema, message as MessageInitShape<typeof schema>)));
}
