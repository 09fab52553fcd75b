import { object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { oneLine } from "../text.ts";
import type { Machine } from "./machine.ts";

/** What MAAS last said about why a machine is as it is, one line; empty when it said nothing. */
export async function lastEvent(client: MaasClient, machine: Machine): Promise<string> {
  const query = [
    ["id", machine.systemId],
    ["limit", "20"],
  ] as const;
  const answer = object(await client.get({ path: "events/", op: "query", query }));
  const events = objects(answer.events).map((event) => {
    const description = text(event.description);
    return { level: text(event.level), line: [text(event.type), description].filter(Boolean).join(": ") };
  });
  const tells = ({ level, line }: { level: string; line: string }) =>
    (level === "ERROR" || level === "CRITICAL" || level === "WARNING" || /fail|error/i.test(line)) &&
    !/From '/.test(line);
  const event = events.find(tells) ?? events[0];
  return oneLine(event?.line ?? machine.statusMessage, 400);
}
