import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { TLS_PAIR } from "./tls-pair.ts";

/** Bare repositories served over HTTPS by Git's own program, to those who know a name and a password. */
export interface GitHttps {
  readonly url: string;
  /** Requests so far, as `method path`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves the folder of a bare repository on localhost, with the certificate of `TLS_PAIR`. */
export async function serveGit(repository: string, credentials: string): Promise<GitHttps> {
  const requests: string[] = [];
  const server = createServer(TLS_PAIR, (request, response) => {
    const at = new URL(request.url ?? "/", "https://localhost");
    requests.push(`${request.method} ${at.pathname}`);
    if (request.headers.authorization !== `Basic ${Buffer.from(credentials).toString("base64")}`) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    const backend = spawn("git", ["http-backend"], {
      env: {
        ...{ PATH: process.env.PATH, GIT_PROJECT_ROOT: dirname(repository), GIT_HTTP_EXPORT_ALL: "1" },
        ...{ PATH_INFO: at.pathname, QUERY_STRING: at.search.slice(1), REQUEST_METHOD: request.method },
        ...{ CONTENT_TYPE: request.headers["content-type"] ?? "", REMOTE_USER: "tester" },
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on("data", (part: Buffer) => parts.push(part));
    backend.on("close", () => {
      const output = Buffer.concat(parts);
      const end = output.indexOf("\r\n\r\n");
      for (const line of output.subarray(0, end).toString("latin1").split("\r\n")) {
        const [name = "", value = ""] = line.split(": ");
        if (name === "Status") response.statusCode = Number(value.slice(0, 3));
        else if (name !== "") response.setHeader(name, value);
      }
      response.end(output.subarray(end + 4));
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
