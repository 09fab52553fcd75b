import { type DescFile, type DescMessage, type DescService, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { DriverService } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerDriverService } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ServerReflection } from "../../../../gen/grpc/reflection/v1/reflection_pb.js";
import type { ConformanceCase, ConformanceWorld } from "../conformance-case.ts";
import { CaseSkipped, hold } from "../verdict.ts";

/** C25: the contract the driver was built from is the one that was published. */
export const descriptorsCase: ConformanceCase = {
  id: "C25",
  title: "Descriptors it serves by reflection are the published ones",
  async run(world) {
    const services: DescService[] = [
      DriverService,
      world.kind === "network" ? NetworkDriverService : ServerDriverService,
    ];
    for (const service of services) {
      const theirs = await reflect(world, service);
      compare(service.file, theirs);
    }
  },
};

async function reflect({ transport, signal }: ConformanceWorld, service: DescService): Promise<FileDescriptorProto> {
  async function* question() {
    yield { messageRequest: { case: "fileContainingSymbol" as const, value: service.typeName } };
  }
  const client = createClient(ServerReflection, transport);
  let files: Uint8Array[] = [];
  try {
    for await (const { messageResponse } of client.serverReflectionInfo(question(), { signal, timeoutMs: 10_000 })) {
      if (messageResponse.case === "fileDescriptorResponse") files = messageResponse.value.fileDescriptorProto;
    }
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    throw new CaseSkipped("the plugin doesn't serve grpc.reflection.v1");
  }
  const parsed = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const found = parsed.find(({ name }) => name === `${service.file.name}.proto`);
  hold(found !== undefined, `reflection doesn't know ${service.typeName}`);
  return found;
}

/** Compares what goes over the wire: numbers, names and types. Comments and options may differ. */
function compare(ours: DescFile, theirs: FileDescriptorProto): void {
  for (const service of ours.services) {
    const other = theirs.service.find(({ name }) => name === service.name);
    for (const { name, input, output } of service.methods) {
      const method = other?.method.find((each) => each.name === name);
      const same = method?.inputType === `.${input.typeName}` && method.outputType === `.${output.typeName}`;
      hold(same, `${service.typeName}.${name} isn't as published`);
    }
  }
  for (const message of ours.messages) compareMessage(message, theirs);
  for (const { name, typeName, values } of ours.enums) {
    const other = theirs.enumType.find((each) => each.name === name);
    for (const value of values) {
      const same = other?.value.some((each) => each.name === value.name && each.number === value.number);
      hold(same === true, `${typeName}.${value.name} isn't as published`);
    }
  }
}

function compareMessage(message: DescMessage, theirs: FileDescriptorProto): void {
  const other = theirs.messageType.find(({ name }) => name === message.name);
  for (const { name, number, proto } of message.fields) {
    const field = other?.field.find((each) => each.number === number);
    const same =
      field?.name === name &&
      field.type === proto.type &&
      field.label === proto.label &&
      field.typeName === proto.typeName;
    hold(same, `${message.typeName}.${name} isn't as published`);
  }
}
