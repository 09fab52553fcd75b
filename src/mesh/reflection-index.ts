import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** The contracts of a set of services, as reflection answers for them: files as serialised FileDescriptorProto. */
export interface ReflectionIndex {
  /** Full names of the services, sorted. */
  readonly services: readonly string[];
  /** A file by the path it is imported by, followed by every file it needs; undefined if there is none. */
  fileByName(path: string): Uint8Array[] | undefined;
  /** The file that defines a message, enum, enum value, field, oneof, extension, service or method. */
  fileBySymbol(symbol: string): Uint8Array[] | undefined;
  /** The file that defines an extension of a message. */
  fileByExtension(extendee: string, number: number): Uint8Array[] | undefined;
  /** The field numbers of all extensions of a message, sorted; undefined for a message that isn't here. */
  extensionNumbers(extendee: string): number[] | undefined;
}

/** Indexes the contracts of the services, of what else they answer with (the details of errors, which no RPC names), and all they depend on. */
export function createReflectionIndex(
  services: readonly DescService[],
  besides: readonly DescFile[] = [],
): ReflectionIndex {
  const files = new Map<string, DescFile>();
  for (const service of services) collect(service.file, files);
  for (const file of besides) collect(file, files);
  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, Map<number, DescFile>>();
  for (const file of files.values()) {
    for (const symbol of symbolsOf(file)) symbols.set(symbol, file);
    for (const type of nestedTypes(file)) {
      if (type.kind === "message" && !extensions.has(type.typeName)) extensions.set(type.typeName, new Map());
      if (type.kind !== "extension") continue;
      const known = extensions.get(type.extendee.typeName) ?? new Map<number, DescFile>();
      extensions.set(type.extendee.typeName, known.set(type.number, file));
    }
  }
  const serialised = new Map<DescFile, Uint8Array>();
  const bytes = (file: DescFile): Uint8Array => {
    const known = serialised.get(file) ?? toBinary(FileDescriptorProtoSchema, file.proto);
    serialised.set(file, known);
    return known;
  };
  const closure = (file: DescFile | undefined): Uint8Array[] | undefined => {
    if (file === undefined) return undefined;
    const needed = new Map<string, DescFile>();
    collect(file, needed);
    return [...needed.values()].map(bytes);
  };
  return {
    services: services.map((each) => each.typeName).sort(),
    fileByName: (path) => closure(files.get(path)),
    fileBySymbol: (symbol) => closure(symbols.get(symbol.replace(/^\./, ""))),
    fileByExtension: (extendee, number) => closure(extensions.get(extendee)?.get(number)),
    extensionNumbers(extendee) {
      const known = extensions.get(extendee);
      return known === undefined ? undefined : [...known.keys()].sort((a, b) => a - b);
    },
  };
}

function collect(file: DescFile, into: Map<string, DescFile>): void {
  const path = file.proto.name;
  if (into.has(path)) return;
  into.set(path, file);
  for (const dependency of file.dependencies) collect(dependency, into);
}

function* symbolsOf(file: DescFile): Iterable<string> {
  for (const type of nestedTypes(file)) {
    yield type.typeName;
    switch (type.kind) {
      case "message":
        for (const member of [...type.fields, ...type.oneofs]) yield `${type.typeName}.${member.name}`;
        break;
      case "enum":
        // Values live beside their enum, not inside it.
        for (const value of type.values) yield type.typeName.replace(/[^.]*$/, value.name);
        break;
      case "service":
        for (const method of type.methods) yield `${type.typeName}.${method.name}`;
        break;
    }
  }
}
