import { jsonb, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Driver instances. `secrets` holds references by the names the driver asks for, never a value. */
export const driverInstance = bedplate.table("driver_instance", {
  name: plainText("name").primaryKey(),
  plugin: text("plugin").notNull(),
  endpoint: text("endpoint").notNull(),
  options: jsonb("options").$type<Readonly<Record<string, string>>>().notNull(),
  secrets: jsonb("secrets").$type<Readonly<Record<string, string>>>().notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});
