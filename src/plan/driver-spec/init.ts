import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";

/** The plain form of a message: an object `create` accepts, not a message itself. */
export type Init<Schema extends DescMessage> = Exclude<MessageInitShape<Schema>, { $typeName: string }>;
