import { Metadata } from "@grpc/grpc-js";

/** Headers that belong to the connection or to gRPC itself; the channel writes its own. */
const RESERVED = new Set(["connection", "content-length", "content-type", "host", "te", "user-agent"]);

/** Headers as gRPC metadata. Values of names ending in `-bin` are base64 in headers and bytes in metadata. */
export function toMetadata(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) {
    if (RESERVED.has(name) || name.startsWith("grpc-")) continue;
    if (!name.endsWith("-bin")) metadata.add(name, value);
    else for (const part of value.split(",")) metadata.add(name, Buffer.from(part.trim(), "base64"));
  }
  return metadata;
}

/** Metadata as headers, bytes as base64. Values no header can hold are left out. */
export function toHeaders(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const name of Object.keys(metadata.getMap())) {
    for (const value of metadata.get(name)) {
      try {
        headers.append(name, typeof value === "string" ? value : value.toString("base64"));
      } catch {
        // A foreign server's malformed trailer must not hide the status it came with.
      }
    }
  }
  return headers;
}
