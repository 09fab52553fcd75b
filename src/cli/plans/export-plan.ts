import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { CliError } from "../cli-error.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { note } from "../output.ts";
import { withServer } from "../with-server.ts";
import { readPlan } from "./read-plan.ts";

/** Options of `bedplate plan export`. */
export interface ExportPlanOptions extends ConnectOptions {
  readonly out?: string;
}

/** `bedplate plan export ID`: the text its digest is of, to standard output or a file. What arrived is held against the digest. */
export async function exportPlan(planId: string, options: ExportPlanOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const { digest } = await readPlan(orchestrator, planId);
    const hash = createHash("sha256");
    const to = await writerTo(options.out);
    try {
      for await (const { json } of orchestrator.exportPlan({ planId })) {
        hash.update(json);
        await to.write(json);
      }
    } finally {
      await to.close();
    }
    if (hash.digest("hex") !== digest) {
      throw new CliError(exitCode.fault, "what arrived is not what the plan's digest is of", "export it again");
    }
    note(`sha256 ${digest}`);
    return exitCode.done;
  });
}

interface Writer {
  write(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

async function writerTo(path: string | undefined): Promise<Writer> {
  if (path === undefined) {
    return {
      write: (data) => new Promise((resolve) => process.stdout.write(data, () => resolve())),
      close: () => Promise.resolve(),
    };
  }
  const file = await open(path, "w").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(exitCode.usage, `the plan can't be written to ${path}: ${error.code}`, "name another file");
  });
  return {
    async write(data) {
      await file.writeFile(data);
    },
    close: () => file.close(),
  };
}
