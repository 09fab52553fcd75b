import { type Connection, type ConnectOptions, connect } from "./connect.ts";
import { toCliError } from "./rpc-error.ts";

/** Runs a command's work with a connection to its server, and closes that afterwards. Failed calls become errors for people. */
export async function withServer<Result>(
  options: ConnectOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(options);
  try {
    return await work(connection);
  } catch (error) {
    throw toCliError(error);
  } finally {
    connection.close();
  }
}
