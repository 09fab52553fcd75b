import { asc, eq, gt, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { driverInstance } from "../../db/schema.ts";

/** A driver instance as stored; secrets are references. */
export interface StoredInstance {
  readonly name: string;
  readonly plugin: string;
  readonly endpoint: string;
  readonly options: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

const columns = {
  name: driverInstance.name,
  plugin: driverInstance.plugin,
  endpoint: driverInstance.endpoint,
  options: driverInstance.options,
  secrets: driverInstance.secrets,
};

/** Writes a driver instance, in the place of one of the same name. */
export async function putInstance(db: Db, instance: StoredInstance): Promise<void> {
  const { name: _, ...set } = instance;
  await db
    .insert(driverInstance)
    .values(instance)
    .onConflictDoUpdate({ target: driverInstance.name, set: { ...set, updatedAt: sql`now()` } });
}

/** A driver instance, undefined when there is none. */
export async function readInstance(db: Db, name: string): Promise<StoredInstance | undefined> {
  return (await db.select(columns).from(driverInstance).where(eq(driverInstance.name, name)))[0];
}

/** Driver instances by name, after a name. */
export function listInstances(db: Db, after: string, limit: number): Promise<StoredInstance[]> {
  return db
    .select(columns)
    .from(driverInstance)
    .where(gt(driverInstance.name, after))
    .orderBy(asc(driverInstance.name))
    .limit(limit);
}

/** Forgets a driver instance. */
export async function deleteInstance(db: Db, name: string): Promise<void> {
  await db.delete(driverInstance).where(eq(driverInstance.name, name));
}
