import { join } from "node:path";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { createNetworkTransport } from "../mesh/network-transport.ts";
import { createServiceClients, type ServiceClients } from "../mesh/service-clients.ts";
import { readToken, TokenFileError } from "../mesh/token-file.ts";
import { CliError } from "./cli-error.ts";
import { defaultDataDirectory } from "./data-directory.ts";
import { exitCode } from "./exit-code.ts";
import { findServerRecord } from "./server-record.ts";

/** The server a command calls unless told otherwise. */
const defaultServer = "http://127.0.0.1:7070";

/** How a command finds its server. */
export interface ConnectOptions {
  readonly server: string;
  readonly tokenFile?: string;
}

/** A way to a server. */
export interface Connection extends ServiceClients {
  close(): void;
}

/** Connects to the server a command names. The token is that of the option, of BEDPLATE_TOKEN, or of the file the server left word of. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const url = checkedUrl(options.server);
  const token = await findToken(url, options.tokenFile);
  const transport = createNetworkTransport({ url, ...(token === undefined ? {} : { token }) });
  const services = [ControlService, DesignStateService, OrchestratorService];
  const clients = createServiceClients({ peers: new Map(services.map((service) => [service.typeName, transport])) });
  return { clientFor: clients.clientFor, close: () => transport.close() };
}

function checkedUrl(text: string): string {
  const full = /^https?:\/\//.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.pathname !== "/")
    throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no server address`, "write http://HOST:PORT");
  return url.origin;
}

async function findToken(url: string, tokenFile: string | undefined): Promise<string | undefined> {
  if (tokenFile === undefined && process.env.BEDPLATE_TOKEN) return process.env.BEDPLATE_TOKEN;
  // A token is shown to the server it belongs to and to no other: without word of that very server, only the default one on this machine gets the default token.
  const byDefault = url === defaultServer ? join(defaultDataDirectory(), "admin.token") : undefined;
  const path = tokenFile ?? (await findServerRecord(url))?.tokenFile ?? byDefault;
  if (path === undefined) return undefined;
  try {
    const token = await readToken(path);
    if (token === undefined && tokenFile !== undefined)
      throw new CliError(exitCode.usage, `token file ${path} doesn't exist`, "name the file that serve printed");
    return token;
  } catch (error) {
    if (error instanceof TokenFileError) throw new CliError(exitCode.notAllowed, error.message);
    throw error;
  }
}
