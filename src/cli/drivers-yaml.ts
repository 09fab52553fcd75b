import { writeFile } from "node:fs/promises";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { EffectiveItem } from "../design/effective-item.ts";
import { effectiveItemFromMessage } from "../design/from-message.ts";
import { createDesignView } from "../plan/design-view.ts";
import { driversYaml, PLACING } from "../plan/hardware-drivers/drivers-yaml.ts";
import { wantedDrivers } from "../plan/hardware-drivers/wanted-drivers.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { countDiagnostics, printDiagnostics } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { loadDesign } from "./load-design.ts";
import { note, print } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate maas drivers-yaml`. */
export interface DriversYamlOptions extends ConnectOptions {
  /** A design of the server, in place of files. */
  readonly design?: string;
  /** The file to write; standard output without. */
  readonly out?: string;
}

const KINDS = ["Site", "HardwareProfile", "Node"] as const;

/** `bedplate maas drivers-yaml PATH…|--design D`: the file MAAS reads its third party drivers from, made of the hardware profiles of a design; ends with 1 when a driver had to be left out. */
export async function maasDriversYaml(paths: readonly string[], options: DriversYamlOptions): Promise<ExitCode> {
  const { design, out } = options;
  if ((design === undefined) === (paths.length === 0)) {
    const message = design === undefined ? "no design was named" : "files and --design exclude each other";
    throw new CliError(exitCode.usage, message, "name files or directories, or a design of the server after --design");
  }
  const items = design === undefined ? await itemsOfFiles(paths) : await itemsOfServer(design, options);
  if (items === undefined) return exitCode.failed;
  const view = createDesignView(items);
  const { drivers, leftOut, warnings } = wantedDrivers(view);
  const text = driversYaml(design ?? view.siteName, drivers);
  if (out === undefined) await print(text);
  else {
    await writeFile(out, text).catch((error: Error) => {
      throw new CliError(exitCode.failed, `${out} can't be written: ${error.message}`, "name another file after --out");
    });
    note(`${out} has ${drivers.length} driver${drivers.length === 1 ? "" : "s"}`);
  }
  for (const line of PLACING) note(line);
  for (const warning of warnings) note(`warning: ${warning}`);
  for (const reason of leftOut) note(`left out: ${reason}`);
  return leftOut.length === 0 ? exitCode.done : exitCode.failed;
}

async function itemsOfFiles(paths: readonly string[]): Promise<readonly EffectiveItem[] | undefined> {
  const { evaluation, diagnostics } = await loadDesign(paths);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return [...evaluation.items.values()];
  await printDiagnostics(errors);
  note(`the design is invalid: ${countDiagnostics(errors)}; run "bedplate validate" for all of them`);
  return undefined;
}

function itemsOfServer(design: string, options: ConnectOptions): Promise<readonly EffectiveItem[]> {
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const items: EffectiveItem[] = [];
    for (const kind of KINDS) {
      let pageToken = "";
      do {
        const page = await state.listItems({ design, kind, pageSize: 500, pageToken });
        items.push(...page.items.map(effectiveItemFromMessage));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    }
    return items;
  });
}
