import { Socket } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";

const LAST_CALLS_MS = 2_000;

/**
 * Serves on the socket the core names in BEDPLATE_PLUGIN_SOCKET until SIGTERM, or until the pipe in
 * BEDPLATE_PLUGIN_PARENT_FD ends because the core is gone. Calls under way get two seconds; the socket is removed.
 * Throws when the environment names no socket or the socket can't be bound.
 */
export async function servePlugin(server: Server, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { BEDPLATE_PLUGIN_SOCKET: socket, BEDPLATE_PLUGIN_PARENT_FD: parent } = environment;
  if (!socket) throw new Error("BEDPLATE_PLUGIN_SOCKET names no socket: this program is started by Bedplate");
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Closing the listener is what removes the socket.
    server.tryShutdown(() => process.exit(0));
    setTimeout(() => {
      server.forceShutdown();
      process.exit(0);
    }, LAST_CALLS_MS);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (parent !== undefined) {
    const pipe = new Socket({ fd: Number(parent), readable: true, writable: false });
    pipe.on("close", stop).on("error", stop).resume();
  }
}
