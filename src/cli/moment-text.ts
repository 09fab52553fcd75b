import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";

/** A moment for people, in UTC: "2026-11-23 04:01:45Z"; "-" when there is none. */
export function momentText(moment: Timestamp | undefined): string {
  return moment === undefined ? "-" : `${timestampDate(moment).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
