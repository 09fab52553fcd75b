import { toJson } from "@bufbuild/protobuf";
import { ControlService, type Source, SourceSchema } from "../../gen/bedplate/control/v1/control_service_pb.js";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import { note, type OutputForm, print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands about sources. */
export interface SourceOptions extends ConnectOptions {
  readonly output: OutputForm;
}

/** How long a source may take to be looked at before the command stops waiting; the server goes on. */
const SYNC_MS = 900_000;

/** `bedplate source list`: what the server follows, and how far. */
export async function listSources(options: SourceOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { sources } = await clientFor(ControlService).listSources({});
    if (options.output !== "table") await printValue(options.output, { sources: sources.map(value) });
    else {
      const header = ["name", "type", "design", "layer", "position", "revision", "checked", "error"];
      await printTable(header, sources.map(row));
      if (sources.length === 0) note("the server follows nothing: give it sources in its configuration file");
    }
    return exitCode.done;
  });
}

/** `bedplate source sync NAME`: has the server look at a source now. */
export async function syncSource(name: string, options: SourceOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { source, changed } = await clientFor(ControlService).syncSource({ name }, { timeoutMs: SYNC_MS });
    if (options.output !== "table") {
      await printValue(options.output, { source: source === undefined ? {} : value(source), changed });
      return exitCode.done;
    }
    const at = `${source?.position.slice(0, 12)} is revision ${source?.revision} of ${source?.design}`;
    await print(changed ? `${name}: ${at}\n` : `${name}: nothing new; ${at}\n`);
    return exitCode.done;
  });
}

function value(source: Source): unknown {
  return toJson(SourceSchema, source, { useProtoFieldName: true, alwaysEmitImplicit: true });
}

function row({ name, type, design, layer, position, revision, checkedAt, error }: Source): string[] {
  const at = revision === 0n ? "-" : `${revision}`;
  return [name, type, design, layer || "-", position.slice(0, 12) || "-", at, momentText(checkedAt), error || "-"];
}
