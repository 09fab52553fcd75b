import { create } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type ValueOrigin, ValueOriginSchema } from "../../gen/bedplate/design/v1/history_pb.js";
import type { DesignField } from "../plan/spec-origin.ts";

/** Tells who supplied the value of a field in a revision; undefined when the item doesn't have the field. Throws as DesignStateService does. */
export type FieldExplainer = (revision: bigint, field: DesignField) => Promise<ValueOrigin | undefined>;

/** Makes an explainer for one answer about a design. It asks about each field once. */
export function createFieldExplainer(
  state: Client<typeof DesignStateService>,
  design: string,
  signal: AbortSignal,
): FieldExplainer {
  const known = new Map<string, Promise<ValueOrigin | undefined>>();
  return (revision, field) => {
    const key = JSON.stringify([`${revision}`, field.kind, field.name, field.path]);
    const answer = known.get(key) ?? ask(state, design, revision, field, signal);
    known.set(key, answer);
    return answer;
  };
}

async function ask(
  state: Client<typeof DesignStateService>,
  design: string,
  revision: bigint,
  field: DesignField,
  signal: AbortSignal,
): Promise<ValueOrigin | undefined> {
  try {
    const { explanation } = await state.explain({ design, revision, ...field }, { signal });
    if (explanation === undefined) return undefined;
    const { from, item, layer, rule } = explanation;
    return create(ValueOriginSchema, { item, layer, rule, ...(from !== undefined && { location: from }) });
  } catch (error) {
    const { code } = ConnectError.from(error);
    // A list or a value a driver made up itself has no one who supplied it.
    if (code === Code.NotFound || code === Code.InvalidArgument) return undefined;
    throw error;
  }
}
