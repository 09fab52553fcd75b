import { customType, pgSchema, timestamp } from "drizzle-orm/pg-core";

/** The PostgreSQL schema that holds every table of ours. */
export const bedplate = pgSchema("bedplate");

/** Text ordered by code point, whatever the server's locale: names sort alike on every database, and pages are stable. */
export const plainText = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** A moment, by the database clock. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
