import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import type { DocumentSchema } from "../../../gen/bedplate/design/v1/document_pb.js";
import type { Document } from "../../design/document.ts";
import { documentToMessage } from "../../design/to-message.ts";

/** A document as it is sent: with the places of its values where those mean something to others, without them otherwise. */
export function sentDocument(document: Document, isFile: boolean): MessageInitShape<typeof DocumentSchema> {
  if (isFile) return documentToMessage(document);
  const { kind, name, spec, form } = document;
  return { kind, name, spec: spec as JsonObject, form };
}
