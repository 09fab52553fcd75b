import type { EventLevel } from "../event-log.ts";
import { json } from "../http/reply.ts";
import { query, type Resource } from "../http/resource.ts";
import { USER } from "../sim.ts";
import { ZONE } from "../views/machine-view.ts";
import { API } from "../views/network-view.ts";

const LEVELS: readonly EventLevel[] = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
const ALL = ["level", "limit", "before", "after", "hostname", "id", "zone", "owner"];
const MAX_ID = 1e15;

/** `events/?op=query`, newest first. */
export const eventResources: readonly Resource[] = [
  {
    handler: "EventsHandler",
    path: "events/",
    actions: [
      query("query", ALL, ({ form, sim }) => {
        const level = form.choice("level", LEVELS) ?? "INFO";
        const limit = form.integer("limit", { min: 1, max: 1000 }) ?? 100;
        const before = form.integer("before", { min: 0, max: MAX_ID });
        const after = form.integer("after", { min: 0, max: MAX_ID });
        form.check();
        const grave = LEVELS.slice(LEVELS.indexOf(level));
        const hostnames = form.list("hostname");
        const ids = form.list("id");
        const owner = form.text("owner");
        const zones = form.list("zone");
        const matching = sim.events.events.filter(
          (event) =>
            grave.includes(event.level) &&
            (hostnames.length === 0 || hostnames.includes(event.hostname)) &&
            (ids.length === 0 || ids.includes(event.systemId)) &&
            (zones.length === 0 || zones.includes(ZONE.name)) &&
            (!owner || owner === sim.state.machines.get(event.systemId)?.owner) &&
            (before === undefined || event.id < before) &&
            (after === undefined || event.id > after),
        );
        const shown = (after === undefined ? matching.slice(-limit) : matching.slice(0, limit)).toReversed();
        const uri = (bound: string, id: number) =>
          `${API}/events/?op=query&level=${level}&limit=${limit}&${bound}=${id}`;
        return json({
          count: shown.length,
          events: shown.map((event) => ({
            id: event.id,
            type: event.type,
            description: event.description,
            node: event.systemId,
            hostname: event.hostname,
            level: event.level,
            created: new Date(event.created).toUTCString(),
            username: USER.username,
          })),
          next_uri: uri("after", shown[0]?.id ?? after ?? 0),
          prev_uri: uri("before", shown.at(-1)?.id ?? before ?? 0),
        });
      }),
    ],
  },
];
