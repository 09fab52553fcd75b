import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { ReadOptions } from "./get.ts";
import { printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

const roles: Readonly<Record<LayerRole, string>> = {
  [LayerRole.UNSPECIFIED]: "any",
  [LayerRole.DESIGN]: "design",
  [LayerRole.FORMATION]: "formation",
};

/** `bedplate layer list`: the layers of a design, lowest rank first, and who writes each. */
export async function listLayers(options: ReadOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { design, revision } = options;
    const { layers } = await clientFor(DesignStateService).listLayers({ design, revision: BigInt(revision) });
    if (options.output !== "table") {
      await printValue(options.output, {
        layers: layers.map(({ name, role, rank, owns, source = "", ...rights }) => ({
          ...{ name, rank, role: roles[role], source },
          owns: owns.map(({ kind, fields }) => ({ kind, fields })),
          may_reference_secrets: rights.mayReferenceSecrets,
          allow_secret_literals: rights.allowSecretLiterals,
        })),
      });
      return exitCode.done;
    }
    await printTable(
      ["layer", "rank", "role", "written by", "owns", "secrets"],
      layers.map(({ name, rank, role, source = "", owns, mayReferenceSecrets, allowSecretLiterals }) => [
        ...[name, String(rank), roles[role], source === "" ? "anybody" : source],
        owns.length === 0 ? "everything" : owns.map(ownedText).join("; "),
        [mayReferenceSecrets && "references", allowSecretLiterals && "literals"].filter(Boolean).join(", ") || "-",
      ]),
    );
    return exitCode.done;
  });
}

function ownedText({ kind, fields }: { readonly kind: string; readonly fields: readonly string[] }): string {
  return fields.length === 0 ? kind : `${kind}: ${fields.join(", ")}`;
}
