import { toJson } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema, timestampDate } from "@bufbuild/protobuf/wkt";

/** A moment for people, in UTC: "2026-11-23 04:01:45Z"; "-" when there is none. */
export function momentText(moment: Timestamp | undefined): string {
  return moment === undefined ? "-" : `${timestampDate(moment).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** A moment for programs, as the contracts write it in JSON: RFC 3339 in UTC, to the microsecond; undefined when there is none. */
export function momentValue(moment: Timestamp | undefined): string | undefined {
  return moment && toJson(TimestampSchema, moment);
}
