import { object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { rejected, unauthenticated } from "../driver-error.ts";
import { oneLine } from "../text.ts";

/** What was found at a target. */
export interface Probed {
  readonly message: string;
  readonly version: string;
}

/** Makes sure that a MAAS is there and that its key is an administrator's. */
export async function probe(client: MaasClient): Promise<Probed> {
  const { instance } = client.target;
  const version = text(object(await client.get({ path: "version/" })).version);
  if (version === "") {
    throw rejected(`what answers at the endpoint of driver instance ${instance} is not a MAAS`, {
      subject: instance,
      hint: `check that the endpoint of driver instance ${instance} is a MAAS, such as http://HOST:5240/MAAS`,
    });
  }
  const user = object(await client.get({ path: "users/", op: "whoami" }));
  const name = text(user.username);
  if (user.is_superuser !== true) {
    throw unauthenticated(`the user ${name} of driver instance ${instance} is not an administrator of its MAAS`, {
      subject: instance,
      hint: `give driver instance ${instance} the api key of an administrator`,
    });
  }
  return { message: oneLine(`MAAS ${version} as ${name}`, 1024), version: oneLine(version, 64) };
}
