import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import { suggestedLayer } from "../design/layer.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { ReadOptions } from "./get.ts";
import { type OutputForm, print, printTable, printValue } from "./output.ts";
import { headWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

const roles: Readonly<Record<LayerRole, string>> = {
  [LayerRole.UNSPECIFIED]: "any",
  [LayerRole.DESIGN]: "design",
  [LayerRole.FORMATION]: "formation",
};

/** `bedplate layer list`: the layers of a design, lowest rank first, and who writes each. */
export async function listLayers(options: ReadOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { design } = options;
    const state = clientFor(DesignStateService);
    const revision = await revisionOf(state, design, options.revision ?? headWord);
    const { layers } = await state.listLayers({ design, revision });
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

/** Options of `bedplate layer set`; what is absent stays as it is. */
export interface SetLayerOptions extends ConnectOptions {
  readonly design: string;
  readonly rank?: number;
  readonly role?: string;
  readonly source?: string;
  readonly references?: boolean;
  readonly literals?: boolean;
  readonly output: OutputForm;
}

/** `bedplate layer set NAME`: changes some settings of a layer, or makes it. What others changed meanwhile is not lost: the call is refused then. */
export async function setLayer(name: string, options: SetLayerOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { design, role, rank, source, references, literals } = options;
    const { design: head } = await state.getDesign({ design });
    const { layers } = await state.listLayers({ design, revision: head?.revision ?? 0n });
    const suggested = suggestedLayer(name);
    const found = layers.find((layer) => layer.name === name) ?? {
      ...{ rank: suggested.rank, role: roleOf(suggested.role), owns: [] },
      ...{ mayReferenceSecrets: false, allowSecretLiterals: false },
    };
    const layer = {
      ...{ name, rank: rank ?? found.rank, role: role === undefined ? found.role : roleOf(role), owns: found.owns },
      mayReferenceSecrets: references ?? found.mayReferenceSecrets,
      allowSecretLiterals: literals ?? found.allowSecretLiterals,
      ...(source !== undefined && { source: source === "anybody" ? "" : source }),
    };
    const { revision } = await state.putLayer({ design, layer, expectedRevision: head?.revision ?? 0n });
    const number = Number(revision?.number ?? 0n);
    const changed = number !== Number(head?.revision ?? 0n);
    if (options.output !== "table")
      await printValue(options.output, { design, layer: name, revision: number, changed });
    else
      await print(
        changed ? `revision ${number} of ${design}\n` : `nothing changed: ${design} stays at revision ${number}\n`,
      );
    return exitCode.done;
  });
}

function roleOf(word: string): LayerRole {
  const found = Object.entries(roles).find(([, name]) => name === word);
  if (found !== undefined) return Number(found[0]);
  throw new CliError(
    exitCode.usage,
    `${JSON.stringify(word)} is no role of a layer`,
    `roles are ${Object.values(roles).join(", ")}`,
  );
}
