import type { ConfiguredNetboxSource } from "../../config/server-config.ts";
import type { ResolveSecret, SourceReader } from "../source.ts";
import { SourceError } from "../source-error.ts";

/** Reads a NetBox. */
export function createNetboxReader(
  { name }: ConfiguredNetboxSource,
  _deps: { readonly resolveSecret: ResolveSecret },
): SourceReader {
  return { read: () => Promise.reject(new SourceError("rejected", `source ${name} can't be read yet`, "use Git")) };
}
