import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SelectorSchema } from "../../gen/bedplate/type/v1/selector_pb.js";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

type SelectorInit = MessageInitShape<typeof SelectorSchema>;

const fields = { name: "names", rack: "racks", tag: "tags", profile: "hostProfiles" } as const;

/**
 * Reads `--select KEY=VALUE[,VALUE…]` options, with keys name, rack, tag, profile, and label (`label=KEY:VALUE`). Different keys must all hold; of one key any
 * value suffices, but every label must be there.
 */
export function parseSelector(options: readonly string[]): SelectorInit {
  const selector: Record<(typeof fields)[keyof typeof fields], string[]> & { labels: Record<string, string> } = {
    ...{ names: [], racks: [], tags: [], hostProfiles: [] },
    labels: {},
  };
  for (const option of options) {
    const equals = option.indexOf("=");
    const key = equals < 0 ? "name" : option.slice(0, equals);
    const values = option
      .slice(equals + 1)
      .split(",")
      .filter((value) => value !== "");
    if ((!isField(key) && key !== "label") || values.length === 0) throw selectsNothing(option);
    if (key !== "label") {
      selector[fields[key]].push(...values);
      continue;
    }
    for (const pair of values) {
      const colon = pair.indexOf(":");
      if (colon < 1) throw selectsNothing(option);
      selector.labels[pair.slice(0, colon)] = pair.slice(colon + 1);
    }
  }
  return selector;
}

function selectsNothing(option: string): CliError {
  return new CliError(
    exitCode.usage,
    `${JSON.stringify(option)} selects nothing`,
    "write name=n01,n02, rack=r1, tag=gpu, profile=compute or label=team:ai",
  );
}

function isField(key: string): key is keyof typeof fields {
  return Object.hasOwn(fields, key);
}
