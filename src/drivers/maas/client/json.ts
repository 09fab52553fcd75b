import { rejected } from "../driver-error.ts";

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** An object, or an empty one for anything else. */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The objects of a list; other members and anything but a list give none. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** A text; numbers and booleans are written out, anything else is empty. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The texts of a list. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

/** A finite number, or `fallback`. */
export function number(value: unknown, fallback = 0): number {
  const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : fallback;
}

/** A list as an answer must be; anything else is refused. */
export function answeredList(value: unknown, path: string, instance: string): Json[] {
  if (!Array.isArray(value)) {
    throw rejected(`MAAS of driver instance ${instance} answered ${path} with something other than a list`, {
      subject: instance,
      hint: `check that the endpoint of driver instance ${instance} is a MAAS, such as http://HOST:5240/MAAS`,
    });
  }
  return objects(value);
}
