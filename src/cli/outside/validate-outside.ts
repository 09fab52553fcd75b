import { DesignValidatorService } from "../../../gen/bedplate/design/v1/design_validator_service_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { type AskedDesign, askValidator } from "../../validate/ask-validator.ts";
import { version } from "../version.ts";
import { CALL_MS, outsidePlugin, reasonOf, sayLine } from "./outside-plugin.ts";

/**
 * Has the effective items of a design checked by validators, each a command that serves `DesignValidatorService` on the socket it is given. A validator that
 * fails is one finding, and what it found before stands. One call may take `callMs` milliseconds.
 */
export async function validateOutside(
  design: AskedDesign,
  commands: readonly string[],
  callMs = CALL_MS,
): Promise<readonly Diagnostic[]> {
  const plugins = [...new Set(commands)].map((text) => outsidePlugin(text, "validator"));
  const found: Diagnostic[] = [];
  const { withPlugins } = await import("../../plugins/with-plugins.ts");
  await withPlugins(plugins, version(), sayLine, async (host) => {
    for (const { name } of plugins) {
      const client = host.client(name, DesignValidatorService);
      const ask: Parameters<typeof askValidator>[1] = async (items) =>
        (await client.validate({ items }, { timeoutMs: callMs })).diagnostics;
      for (const each of await askValidator(design, ask, reasonOf)) found.push(each);
    }
  });
  return found;
}
