import type { DescMethod } from "@bufbuild/protobuf";
import { create, createFileRegistry, fromBinary, type Message } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import {
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
  ServerReflection as V1,
} from "../../gen/grpc/reflection/v1/reflection_pb.js";
import {
  ServerReflectionRequestSchema as AlphaRequestSchema,
  ServerReflection as V1Alpha,
} from "../../gen/grpc/reflection/v1alpha/reflection_pb.js";
import { grpcClient, grpcMethod } from "../../test/support/any-client.ts";
import { serve, stubService } from "../../test/support/stub-mesh.ts";

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve([stubService(ControlService)]);
});
afterAll(() => server.close());

type Ask = ServerReflectionRequest["messageRequest"];

async function ask(
  method: DescMethod,
  schema: typeof ServerReflectionRequestSchema,
  ...asks: Ask[]
): Promise<ServerReflectionResponse[]> {
  using client = grpcClient(server.url);
  const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
  const stream = client.makeBidiStreamRequest<Message, Message>(
    path,
    requestSerialize,
    responseDeserialize as (bytes: Buffer) => Message,
    new Metadata(),
  );
  for (const messageRequest of asks) stream.write(create(schema, { messageRequest } as never));
  stream.end();
  const answers: ServerReflectionResponse[] = [];
  for await (const answer of stream) answers.push(answer as ServerReflectionResponse);
  return answers;
}

function filesOf(answer: ServerReflectionResponse | undefined): FileDescriptorProto[] {
  if (answer?.messageResponse.case !== "fileDescriptorResponse")
    expect.fail(`no file: ${JSON.stringify(answer?.messageResponse.value)}`);
  return answer.messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

describe.each([
  ["v1", V1, ServerReflectionRequestSchema],
  ["v1alpha", V1Alpha, AlphaRequestSchema as unknown as typeof ServerReflectionRequestSchema],
] as const)("reflection %s through grpc-js", (_version, service, schema) => {
  const askHere = (...asks: Ask[]) => ask(service.method.serverReflectionInfo, schema, ...asks);

  test("lists what is mounted, health and itself, and nothing else", async () => {
    const [answer] = await askHere({ case: "listServices", value: "" });
    expect(answer?.messageResponse).toMatchObject({
      case: "listServicesResponse",
      value: {
        service: [
          { name: "bedplate.control.v1.ControlService" },
          { name: "grpc.health.v1.Health" },
          { name: "grpc.reflection.v1.ServerReflection" },
          { name: "grpc.reflection.v1alpha.ServerReflection" },
        ],
      },
    });
  });

  test("the detail of errors is there, though no RPC names it", async () => {
    const [answer] = await askHere({ case: "fileContainingSymbol", value: "bedplate.type.v1.ErrorDetail" });
    expect(filesOf(answer)[0]?.name).toBe("bedplate/type/v1/error.proto");
  });

  test("a symbol comes with every file it needs", async () => {
    const [answer] = await askHere({ case: "fileContainingSymbol", value: "bedplate.control.v1.ControlService" });
    const file = filesOf(answer);
    expect(file[0]?.name).toBe("bedplate/control/v1/control_service.proto");
    const ordered: FileDescriptorProto[] = [];
    const add = (name: string): void => {
      const found = file.find((each) => each.name === name) ?? expect.fail(`${name} is needed and was not sent`);
      if (ordered.includes(found)) return;
      for (const dependency of found.dependency) add(dependency);
      ordered.push(found);
    };
    for (const { name } of file) add(name);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: ordered }));
    expect(registry.getService("bedplate.control.v1.ControlService")?.methods).toHaveLength(
      ControlService.methods.length,
    );
  });

  test.each([
    ["a message", "bedplate.control.v1.WhoAmIRequest", "bedplate/control/v1/control_service.proto"],
    ["a method", "bedplate.control.v1.ControlService.WhoAmI", "bedplate/control/v1/control_service.proto"],
    ["a field", "bedplate.type.v1.Diagnostic.rule", "bedplate/type/v1/diagnostic.proto"],
    ["an enum value", "bedplate.type.v1.SEVERITY_ERROR", "bedplate/type/v1/diagnostic.proto"],
    ["an extension", "bedplate.type.v1.secret", "bedplate/type/v1/options.proto"],
    ["with a leading dot", ".bedplate.type.v1.Role", "bedplate/type/v1/options.proto"],
  ])("finds %s", async (_what, value, name) => {
    expect(filesOf((await askHere({ case: "fileContainingSymbol", value }))[0])[0]?.name).toBe(name);
  });

  test("answers several questions on one stream, those without an answer too", async () => {
    const answers = await askHere(
      { case: "fileByFilename", value: "buf/validate/validate.proto" },
      { case: "fileByFilename", value: "no/such.proto" },
      { case: "fileContainingSymbol", value: "no.Such" },
      {
        case: "fileContainingExtension",
        value: { containingType: "google.protobuf.MethodOptions", extensionNumber: 50001 } as never,
      },
      {
        case: "fileContainingExtension",
        value: { containingType: "google.protobuf.MethodOptions", extensionNumber: 4 } as never,
      },
      { case: "allExtensionNumbersOfType", value: "google.protobuf.MethodOptions" },
      { case: "allExtensionNumbersOfType", value: "no.Such" },
    );
    expect(filesOf(answers[0])[0]?.name).toBe("buf/validate/validate.proto");
    expect(filesOf(answers[3])[0]?.name).toBe("bedplate/type/v1/options.proto");
    expect(answers[5]?.messageResponse).toMatchObject({ value: { extensionNumber: [50001, 50002] } });
    for (const nothing of [1, 2, 4, 6]) {
      expect(answers[nothing]?.messageResponse).toMatchObject({ case: "errorResponse", value: { errorCode: 5 } });
    }
  });
});
