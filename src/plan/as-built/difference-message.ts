import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ValueOriginSchema } from "../../../gen/bedplate/design/v1/history_pb.js";
import {
  DifferenceSeverity,
  type HardwareDifference as HardwareDifferenceMessage,
  HardwareDifferenceSchema,
} from "../../../gen/bedplate/design/v1/node_status_pb.js";
import type { HardwareDifference } from "./difference.ts";

/** Tells who supplied the value of a field of the profile; undefined when nobody is known to have. */
export type ProfileExplainer = (field: string) => Promise<MessageInitShape<typeof ValueOriginSchema> | undefined>;

const MOST = 256;
const SEVERITIES = {
  error: DifferenceSeverity.ERROR,
  warning: DifferenceSeverity.WARNING,
  waived: DifferenceSeverity.WAIVED,
} as const;

/** Differences in the contract's form, the first 256, each with who supplied the designed value. Texts are cut to what the contract takes. Rejects as `explain` does. */
export async function differenceMessages(
  differences: readonly HardwareDifference[],
  explain: ProfileExplainer,
): Promise<HardwareDifferenceMessage[]> {
  const messages: HardwareDifferenceMessage[] = [];
  for (const { field, designed, built, message, severity, reason } of differences.slice(0, MOST)) {
    const origin = await explain(field);
    messages.push(
      create(HardwareDifferenceSchema, {
        field: line(field, 2048),
        designed: line(designed, 1024),
        built: line(built, 1024),
        message: line(message, 2048),
        severity: SEVERITIES[severity],
        waiverReason: line(reason, 1024),
        ...(origin !== undefined && { origin }),
      }),
    );
  }
  return messages;
}

/** One line that any database takes. */
function line(text: string, most: number): string {
  const one = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return one.length <= most ? one : `${one.slice(0, most - 1)}…`.toWellFormed();
}
