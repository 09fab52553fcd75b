import { clone, create, createFileRegistry, type DescFile, type DescService, setExtension } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { planned } from "../../gen/bedplate/type/v1/options_pb.js";

/** A contract as it was before any of its RPCs was built: every one of them is marked as planned. */
export function unbuilt(service: DescService): DescService {
  const own = clone(FileDescriptorProtoSchema, service.file.proto);
  for (const { method } of own.service) {
    for (const { options } of method) if (options !== undefined) setExtension(options, planned, true);
  }
  // A file comes after those it imports.
  const files = new Map<string, FileDescriptorProto>();
  const add = ({ dependencies, proto }: DescFile): void => {
    if (files.has(proto.name)) return;
    for (const file of dependencies) add(file);
    files.set(proto.name, proto.name === own.name ? own : proto);
  };
  add(service.file);
  const found = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files.values()] })).getService(
    service.typeName,
  );
  if (found === undefined) throw new Error(`no service ${service.typeName}`);
  return found;
}
