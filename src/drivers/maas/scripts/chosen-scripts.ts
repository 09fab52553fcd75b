import { ifThere } from "../client/if-there.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { MANIFEST_SCRIPT_NAME, withManifestScript } from "./manifest-script.ts";

/**
 * The commissioning scripts to ask MAAS for where some are chosen: with the manifest script, if MAAS has it. A site that was left as it is may not, and MAAS refuses names it
 * doesn't know.
 */
export async function chosenScripts(client: MaasClient, names: readonly string[]): Promise<string[]> {
  const wanted = withManifestScript(names);
  if (names.includes(MANIFEST_SCRIPT_NAME) || !wanted.includes(MANIFEST_SCRIPT_NAME)) return wanted;
  const script = await ifThere(client.get({ path: `scripts/${MANIFEST_SCRIPT_NAME}` }));
  return script === undefined ? [...names] : wanted;
}
