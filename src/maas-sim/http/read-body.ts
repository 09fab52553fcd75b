import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";
import { text } from "./reply.ts";

/** The most a request body may hold: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Reads a whole request body. Throws a 413 past the bound; rejects when the client goes away. */
export function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let refused = false;
    const tooLarge = () =>
      new ApiError(text(`Request body is larger than ${maxBytes} bytes.`, 413, { connection: "close" }));
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      reject(tooLarge());
      return;
    }
    request.on("data", (chunk: Buffer) => {
      if (refused) return;
      size += chunk.length;
      if (size > maxBytes) {
        refused = true;
        chunks.length = 0;
        request.pause();
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("aborted", () => reject(new Error("the client went away")));
    request.once("error", reject);
  });
}
