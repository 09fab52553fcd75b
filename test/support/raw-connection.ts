import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Opens a connection to the port of a URL, once it stands. */
export async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Sends bytes on a connection of their own and reads what comes back until the other side closes it. */
export async function exchange(url: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = await openConnection(url);
  for (const part of parts) socket.write(part);
  return readAll(socket);
}

/** Reads a connection until it is closed, however that happens. */
export async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(parts).toString("latin1");
}
