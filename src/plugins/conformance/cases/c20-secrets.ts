import { randomBytes } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import type { ConformanceCase, ConformanceWorld } from "../conformance-case.ts";
import { hold } from "../verdict.ts";

const TOO_SHORT = 6;

/** C20: secrets go in and never come out. Judges every answer of the cases before it and what the plugin wrote. */
export const secretsCase: ConformanceCase = {
  id: "C20",
  title: "Secrets appear in no answer, no error and no log line",
  async run(world) {
    const { observations, spec } = world;
    const target = await world.target();
    const canary = `canary-${randomBytes(8).toString("hex")}`;
    const given = [...Object.values(target.secrets ?? {}), spec.server?.userData, spec.server?.oob?.credential];
    const secrets = [canary, ...given.filter((value) => value !== undefined && value.length >= TOO_SHORT)] as string[];

    const names = Object.keys(target.secrets ?? {});
    const wrong = Object.fromEntries((names.length > 0 ? names : ["conformance"]).map((name) => [name, canary]));
    await provoke(world, { ...target, secrets: wrong });
    await provoke(world, { ...target, secrets: wrong, options: { "conformance-unknown": "1" } });

    for (const each of observations.answers) {
      const text = "error" in each ? textOf(each.error) : Buffer.from(toBinary(each.schema, each.message)).toString();
      hold(!secrets.some((secret) => text.includes(secret)), `${each.method} gave a secret back`);
    }
    hold(!secrets.some((secret) => observations.said().includes(secret)), "a secret was written to stderr");
  },
};

/** Makes the driver see the secrets; whether it takes them or refuses is its own affair. */
async function provoke(
  world: ConformanceWorld,
  target: Awaited<ReturnType<ConformanceWorld["target"]>>,
): Promise<void> {
  await world.driver.probe({ target }, { signal: world.signal }).catch((error: unknown) => ConnectError.from(error));
}

function textOf(error: ConnectError): string {
  const details = error.details.map((detail) => ("value" in detail ? Buffer.from(detail.value as Uint8Array) : ""));
  return [error.message, ...details, ...error.metadata.values()].join("\n");
}
