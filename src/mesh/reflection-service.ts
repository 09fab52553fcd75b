import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from "../../gen/grpc/reflection/v1/reflection_pb.js";
import type { ReflectionIndex } from "./reflection-index.ts";

type Answer = ServerReflectionResponse["messageResponse"];

/**
 * Answers `grpc.reflection` from an index: the messages of v1, which those of v1alpha equal byte for byte. What isn't
 * there is answered inside the stream, as the contract says, and the stream goes on.
 */
export function createReflectionService(index: ReflectionIndex) {
  return {
    async *serverReflectionInfo(requests: AsyncIterable<ServerReflectionRequest>) {
      for await (const request of requests) {
        yield create(ServerReflectionResponseSchema, {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(index, request),
        });
      }
    },
  };
}

function answer(index: ReflectionIndex, { messageRequest: asked }: ServerReflectionRequest): Answer {
  switch (asked.case) {
    case "listServices":
      return of("listServicesResponse", { service: index.services.map((name) => ({ name })) });
    case "fileByFilename":
      return files(index.fileByName(asked.value), `file ${asked.value}`);
    case "fileContainingSymbol":
      return files(index.fileBySymbol(asked.value), `symbol ${asked.value}`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = asked.value;
      return files(
        index.fileByExtension(containingType, extensionNumber),
        `extension ${extensionNumber} of ${containingType}`,
      );
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = index.extensionNumbers(asked.value);
      if (extensionNumber === undefined) return missing(`message ${asked.value}`);
      return of("allExtensionNumbersResponse", { baseTypeName: asked.value, extensionNumber });
    }
    default:
      return of("errorResponse", { errorCode: Code.InvalidArgument, errorMessage: "the request asks for nothing" });
  }
}

function files(found: Uint8Array[] | undefined, what: string): Answer {
  return found === undefined ? missing(what) : of("fileDescriptorResponse", { fileDescriptorProto: found });
}

function missing(what: string): Answer {
  return of("errorResponse", { errorCode: Code.NotFound, errorMessage: `no ${what} here` });
}

type Init = NonNullable<Parameters<typeof create<typeof ServerReflectionResponseSchema>>[1]>["messageResponse"];

function of(name: NonNullable<Answer["case"]>, value: object): Answer {
  const messageResponse = { case: name, value } as Init;
  return create(ServerReflectionResponseSchema, messageResponse === undefined ? {} : { messageResponse })
    .messageResponse;
}
