import { createValidator } from "@bufbuild/protovalidate";
import { type EnsureResult, EnsureResultSchema } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import type { ConformanceCase } from "../conformance-case.ts";
import { hold } from "../verdict.ts";

/** C19: what success looks like. Judges every answer of the cases before it. */
export const successCase: ConformanceCase = {
  id: "C19",
  title: "Every answer keeps the bounds of its contract, and no success has an unset outcome or enum",
  async run({ observations }) {
    const validator = createValidator();
    for (const each of observations.answers) {
      if ("error" in each) continue;
      const { violations } = validator.validate(each.schema, each.message);
      const [violation] = violations ?? [];
      hold(violation === undefined, `${each.method} answered ${violation}`);
      const { result, kinds } = each.message as { result?: EnsureResult; kinds?: number[] };
      hold(!kinds?.includes(0), `${each.method} answered an unspecified kind`);
      if (!each.schema.fields.some(({ message }) => message === EnsureResultSchema)) continue;
      hold(result?.outcome.case !== undefined, `${each.method} answered neither done nor in_progress`);
    }
  },
};
