import { at, type Fields, idOf, listOf, type SimClient } from "./sim-client.ts";

/** The system id of the machine with a host name. */
export async function systemId(client: SimClient, hostname = "sim-1"): Promise<string> {
  const found = listOf(await client.get(`machines/?hostname=${hostname}`));
  const id = at(found[0], "system_id");
  if (typeof id !== "string") throw new Error(`no machine ${hostname}`);
  return id;
}

/** Commissions a machine and lets the time pass until it is Ready and off. Returns its system id. */
export async function readyMachine(client: SimClient, hostname = "sim-1"): Promise<string> {
  const id = await systemId(client, hostname);
  const answer = await client.post(`machines/${id}/?op=commission`);
  if (answer.status !== 200) throw new Error(answer.text);
  client.clock.advance(60_000);
  return id;
}

/** The same, deployed. */
export async function deployedMachine(client: SimClient, hostname = "sim-1", fields: Fields = {}): Promise<string> {
  const id = await readyMachine(client, hostname);
  const answer = await client.post(`machines/${id}/?op=deploy`, { distro_series: "noble", ...fields });
  if (answer.status !== 200) throw new Error(answer.text);
  client.clock.advance(60_000);
  return id;
}

/** The id of an interface by name. */
export async function interfaceId(client: SimClient, machine: string, name: string): Promise<number> {
  return idOf(await client.get(`nodes/${machine}/interfaces/${name}/`));
}

/** The id of a block device by name. */
export async function diskId(client: SimClient, machine: string, name: string): Promise<number> {
  return idOf(await client.get(`nodes/${machine}/blockdevices/${name}/`));
}
