import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SelectorSchema } from "../../gen/bedplate/type/v1/selector_pb.js";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

type SelectorInit = MessageInitShape<typeof SelectorSchema>;

const fields = { name: "names", rack: "racks", tag: "tags", profile: "hostProfiles" } as const;

/** Reads `--select KEY=VALUE[,VALUE…]` options, with keys name, rack, tag and profile. Different keys must all hold; of one key any value suffices. */
export function parseSelector(options: readonly string[]): SelectorInit {
  const selector: { names: string[]; racks: string[]; tags: string[]; hostProfiles: string[] } = {
    names: [],
    racks: [],
    tags: [],
    hostProfiles: [],
  };
  for (const option of options) {
    const equals = option.indexOf("=");
    const key = equals < 0 ? "name" : option.slice(0, equals);
    const values = option
      .slice(equals + 1)
      .split(",")
      .filter((value) => value !== "");
    if (!isField(key) || values.length === 0) {
      throw new CliError(
        exitCode.usage,
        `${JSON.stringify(option)} selects nothing`,
        "write name=n01,n02, rack=r1, tag=gpu or profile=compute",
      );
    }
    selector[fields[key]].push(...values);
  }
  return selector;
}

function isField(key: string): key is keyof typeof fields {
  return key in fields;
}
