import { Code, ConnectError } from "@connectrpc/connect";
import type { GetDriverInfoResponse } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import type { SealedLiteral, SecretStore } from "../../db/secret-store.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { failure } from "../../mesh/failure.ts";
import type { PluginHost } from "../../plugins/plugin-host.ts";
import { suggest } from "../../text/suggest.ts";
import { putInstance, type StoredInstance } from "../store/driver-instances.ts";
import { instanceScope } from "./driver-access.ts";
import { driverError } from "./driver-failure.ts";

/** Registers driver instances. */
export interface InstanceRegistrar {
  /**
   * Writes an instance down, in the place of one of the same name, after its driver was asked whether it knows the options and secrets.
   * `literals` are secrets in clear; they are sealed. Throws INVALID_ARGUMENT naming the field, and UNAVAILABLE when the driver doesn't come up.
   */
  register(
    instance: StoredInstance,
    signal: AbortSignal,
    literals?: Readonly<Record<string, string>>,
  ): Promise<StoredInstance>;
}

/** What registering needs. */
export interface InstanceRegistrarOptions {
  readonly db: Db;
  readonly plugins: Pick<PluginHost, "info">;
  readonly secrets: SecretStore;
  /** Told when an instance was written. */
  readonly changed: (name: string) => void;
}

/** Makes a registrar. */
export function createInstanceRegistrar({
  db,
  plugins,
  secrets,
  changed,
}: InstanceRegistrarOptions): InstanceRegistrar {
  return {
    async register(instance, signal, literals = {}) {
      const info = await plugins.info(instance.plugin, signal).catch((error) => {
        throw unusablePlugin(instance.plugin, error);
      });
      checkNames(instance, [...Object.keys(instance.secrets), ...Object.keys(literals)], info);
      const scope = instanceScope(instance.name);
      const sealed = Object.entries(literals).map(([key, literal]): [string, SealedLiteral] => [
        key,
        { ref: secrets.refOf(scope, literal), literal },
      ]);
      const refs = Object.fromEntries(sealed.map(([key, { ref }]) => [key, ref]));
      const row: StoredInstance = { ...instance, secrets: { ...instance.secrets, ...refs } };
      await withTransaction(db, async (tx) => {
        await refuseForeign(tx, instance);
        await secrets.store(
          tx,
          scope,
          sealed.map(([, literal]) => literal),
        );
        await putInstance(tx, row);
      });
      changed(row.name);
      return row;
    },
  };

  /** A sealed reference opens only where it was made: one that was read from elsewhere would fail at the first call. */
  async function refuseForeign(tx: Db, { name, secrets: given }: StoredInstance): Promise<void> {
    const sealed = Object.entries(given).filter(([, ref]) => ref.startsWith("sealed:"));
    const known = await secrets.known(
      tx,
      instanceScope(name),
      sealed.map(([, ref]) => ref),
    );
    const foreign = sealed.find(([, ref]) => !known.has(ref));
    if (foreign === undefined) return;
    throw refused(`driver instance ${name} has no sealed secret ${foreign[1]}`, "secrets", foreign[0], GIVE);
  }
}

const GIVE = "give it as file:NAME or env:BEDPLATE_SECRET_NAME, or as it is";

/** A plugin nobody knows is the request's mistake; one that doesn't come up is not. */
function unusablePlugin(plugin: string, caught: unknown): ConnectError {
  const error = ConnectError.from(caught);
  if (error.code !== Code.NotFound) return driverError(plugin, error);
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, error.rawMessage, {
    fieldPath: "instance.plugin",
    subject: plugin,
  });
}

function checkNames(
  { plugin, options }: StoredInstance,
  secretNames: readonly string[],
  info: GetDriverInfoResponse,
): void {
  refuseUnknown(
    "option",
    "options",
    Object.keys(options),
    info.options.map(({ name }) => name),
    plugin,
  );
  refuseUnknown("secret", "secrets", secretNames, info.secretNames, plugin);
  const missing = info.secretNames.find((name) => !secretNames.includes(name));
  if (missing !== undefined)
    throw refused(`the driver ${plugin} needs the secret ${missing}`, "secrets", missing, GIVE);
}

function refuseUnknown(
  what: string,
  field: string,
  given: readonly string[],
  known: readonly string[],
  plugin: string,
): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  const names = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  const hint = near === undefined ? names : `did you mean ${near}?`;
  throw refused(`the driver ${plugin} knows no ${what} ${unknown}`, field, unknown, hint);
}

function refused(message: string, field: string, key: string, hint: string): ConnectError {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
    fieldPath: `instance.${field}[${JSON.stringify(key)}]`,
    hint,
  });
}
