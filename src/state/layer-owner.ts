import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Layer } from "../design/layer.ts";
import { failure } from "../mesh/failure.ts";
import type { ChangeMode } from "./apply-change.ts";

/** Who writes layers of single items. */
export const API_SOURCE = "api";

/** What of a change says which layers it may write. */
export interface LayerWriting {
  readonly layers: readonly string[];
  readonly mode: ChangeMode;
  /** Who writes; empty for anybody. */
  readonly source: string;
}

/**
 * Refuses a change to a layer of somebody else: each writes their own layers and nobody's. Anybody may patch a layer of API clients, and nobody may replace it:
 * that would delete what they made. Throws FAILED_PRECONDITION with LAYER_OWNED.
 */
export function refuseOwnedLayers(known: readonly Layer[], { layers, mode, source }: LayerWriting): void {
  const written = new Set(layers);
  for (const { name, source: owner = "" } of known) {
    if (!written.has(name) || owner === "") continue;
    if (owner !== API_SOURCE) {
      if (owner === source) continue;
      throw owned(name, `layer "${name}" is written by ${owner} alone`, `change it there, or choose another layer`);
    }
    if (mode === "replace-layer") {
      const message = `layer "${name}" is written by API clients, and to replace it would delete what they made`;
      throw owned(name, message, "commit a patch, or choose another layer");
    }
    if (source === "" || source === API_SOURCE) continue;
    throw owned(name, `layer "${name}" is written by API clients, not by ${source}`, "choose another layer");
  }
}

/** Refuses single items in a layer that is not one of API clients; one that doesn't exist yet becomes one. Throws FAILED_PRECONDITION with LAYER_OWNED. */
export function refuseUnlessOfApi(known: readonly Layer[], layer: string): void {
  const found = known.find(({ name }) => name === layer);
  if (found === undefined || found.source === API_SOURCE) return;
  const owner = found.source === undefined ? "whole changes, such as those of submit," : found.source;
  const names = known.filter(({ source }) => source === API_SOURCE).map(({ name }) => name);
  const others = names.length === 0 ? "a new one is made where you name one" : `those are ${names.join(", ")}`;
  const hint = `choose a layer of API clients (${others}), or have an ADMIN set its source to "${API_SOURCE}" by PutLayer`;
  throw owned(layer, `layer "${layer}" is written by ${owner} and not by single items`, hint);
}

function owned(layer: string, message: string, hint: string) {
  return failure(Code.FailedPrecondition, ErrorReason.LAYER_OWNED, message, {
    fieldPath: "layer",
    subject: layer,
    hint,
  });
}
