import { create, fromJson, type JsonObject, toJson } from "@bufbuild/protobuf";
import { ValueOriginSchema } from "../../../gen/bedplate/design/v1/history_pb.js";
import {
  DifferenceSeverity,
  type HardwareDifference,
  HardwareDifferenceSchema,
} from "../../../gen/bedplate/design/v1/node_status_pb.js";
import type { StoredHardwareDifference } from "../../db/schema/node-status.ts";
import type { Tree, TreeMap } from "../../design/tree.ts";

/** A difference between as-designed and as-built as it is stored. */
export function storedDifference({
  origin,
  severity,
  waiverReason,
  ...said
}: HardwareDifference): StoredHardwareDifference {
  const { field, designed, built, message } = said;
  const json = origin === undefined ? undefined : toJson(ValueOriginSchema, origin, { useProtoFieldName: true });
  return {
    ...{ field, designed, built, message },
    ...(severity !== DifferenceSeverity.UNSPECIFIED && { severity: DifferenceSeverity[severity] }),
    ...(waiverReason !== "" && { waiver_reason: waiverReason }),
    ...(json !== undefined && { origin: json as Readonly<Record<string, unknown>> }),
  };
}

/** A stored difference in the contract's form. */
export function differenceMessage(stored: StoredHardwareDifference): HardwareDifference {
  const { field, designed, built, message, severity = "", waiver_reason: waiverReason = "", origin } = stored;
  return create(HardwareDifferenceSchema, {
    ...{ field, designed, built, message, waiverReason },
    severity: severityOf(severity),
    ...(origin !== undefined && {
      origin: fromJson(ValueOriginSchema, origin as JsonObject, { ignoreUnknownFields: true }),
    }),
  });
}

/** A stored difference as plain data, in the names of the contract. */
export function differenceTree(stored: StoredHardwareDifference): TreeMap {
  const { severity = "UNSPECIFIED", waiver_reason = "", origin, ...said } = stored;
  return { ...said, severity, waiver_reason, ...(origin !== undefined && { origin: origin as Tree }) };
}

function severityOf(text: string): DifferenceSeverity {
  return text in DifferenceSeverity
    ? DifferenceSeverity[text as keyof typeof DifferenceSeverity]
    : DifferenceSeverity.UNSPECIFIED;
}
