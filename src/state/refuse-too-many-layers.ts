import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";

const MOST_LAYERS = 64;

/** Throws RESOURCE_EXHAUSTED when a change would give a design more layers than the contract allows. One that has more already may be changed. */
export function refuseTooManyLayers(before: number, after: number): void {
  if (after <= MOST_LAYERS || after <= before) return;
  throw failure(
    Code.ResourceExhausted,
    ErrorReason.LIMIT_EXCEEDED,
    `the change would give the design ${after} layers, expected at most ${MOST_LAYERS}`,
    { hint: "write a layer it has; ListLayers tells them" },
  );
}
