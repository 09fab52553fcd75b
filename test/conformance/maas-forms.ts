import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Lab } from "./maas-lab.ts";

/** A write as MAAS got it. */
export interface SentForm {
  readonly op: string;
  readonly form: Readonly<Record<string, string>>;
}

/** A lab whose driver talks to its MAAS through something that notes the form of each write, in order. It ends with the test. */
export async function recordForms(lab: Lab): Promise<{ readonly lab: Lab; readonly sent: SentForm[] }> {
  const sent: SentForm[] = [];
  const { origin, host } = new URL(lab.sim.url);
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? "/", origin);
      if (request.method !== "GET") {
        const form = Object.fromEntries(new URLSearchParams(body.toString("utf8")));
        sent.push({ op: url.searchParams.get("op") ?? request.method ?? "", form });
      }
      const onward = send(url, { method: request.method, headers: { ...request.headers, host } }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = proxy.address() as AddressInfo;
  const endpoint = lab.target.endpoint.replace(host, `127.0.0.1:${port}`);
  return { lab: { ...lab, target: { ...lab.target, endpoint } }, sent };
}
