import type { CountItemsResponse } from "../../gen/bedplate/design/v1/query_pb.js";
import { type OutputForm, printTable, printValue } from "./output.ts";

/** Prints counts of items: a row for each group, and beside them how many there are in all. */
export async function printCounts(
  { counts, total, revision }: CountItemsResponse,
  groupBy: readonly string[],
  output: OutputForm,
): Promise<void> {
  if (output === "table") {
    const rows =
      groupBy.length === 0
        ? [[String(total)]]
        : counts.map(({ values, count }) => [String(count), ...values.map(plain)]);
    await printTable(["count", ...groupBy], rows);
    return;
  }
  await printValue(output, {
    counts: counts.map(({ values, count }) => ({
      values: values.map((value) => JSON.parse(value)),
      count: Number(count),
    })),
    total: Number(total),
    revision: Number(revision),
  });
}

/** Text without its quotes; "-" where there is no value. */
function plain(json: string): string {
  const value: unknown = JSON.parse(json);
  return value === null ? "-" : typeof value === "string" ? value : json;
}
