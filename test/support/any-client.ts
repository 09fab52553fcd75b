import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { Client, credentials, Metadata, type ServiceDefinition } from "@grpc/grpc-js";

/** Calls an RPC of any kind with an empty request, or the given one, and reads all its answers. Throws what it answers with. */
export async function callAny(
  transport: Transport,
  method: DescMethod,
  { token, request = create(method.input) }: { token?: string | undefined; request?: Message } = {},
): Promise<Message[]> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  if (method.methodKind === "unary") {
    return [(await transport.unary(method as never, undefined, undefined, headers, request as never)).message];
  }
  const requests = createAsyncIterable([request]) as AsyncIterable<never>;
  const answers: Message[] = [];
  const response = await transport.stream(method as never, undefined, undefined, headers, requests);
  for await (const message of response.message) answers.push(message);
  return answers;
}

/** A client of grpc-js, the other implementation of gRPC. */
export function grpcClient(url: string): Client & Disposable {
  const client = new Client(new URL(url).host, credentials.createInsecure());
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** How grpc-js calls one RPC. */
export function grpcMethod(method: DescMethod): ServiceDefinition[string] {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (message: Message) => Buffer.from(toBinary(method.input, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
    responseSerialize: (message: Message) => Buffer.from(toBinary(method.output, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
  };
}

/** A unary call by grpc-js; rejects with its ServiceError. */
export function grpcUnary(client: Client, method: DescMethod, request: Message, token?: string): Promise<Message> {
  const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) => {
      if (error === null && answer !== undefined) resolve(answer as Message);
      else reject(error);
    });
  });
}
