/** A JSON object of a NetBox, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** A value that is an object. */
export function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A member that is an object. */
export function objectAt(object: Json | undefined, key: string): Json | undefined {
  return objectOf(object?.[key]);
}

/** A member that is a text with something in it, cut to `most` characters. */
export function textAt(object: Json | undefined, key: string, most = 1024): string | undefined {
  const value = object?.[key];
  const text = typeof value === "string" ? value.trim().toWellFormed().replaceAll("\0", "") : "";
  return text === "" ? undefined : [...text].slice(0, most).join("");
}

/** A member that is a whole number. */
export function numberAt(object: Json | undefined, key: string): number | undefined {
  const value = object?.[key];
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** A custom field that holds a text, or a choice of a list of texts. */
export function customText(object: Json, name: string): string | undefined {
  return textAt(objectAt(object, "custom_fields"), name, 253);
}

/** The value of a choice, which NetBox gives with its label: "active" of {value: "active", label: "Active"}. */
export function choiceAt(object: Json | undefined, key: string): string | undefined {
  return textAt(objectAt(object, key), "value");
}

/** Slugs of the object's tags, in their order. */
export function tagsOf(object: Json): readonly string[] {
  const tags = Array.isArray(object.tags) ? object.tags : [];
  return tags.flatMap((tag: unknown) => textAt(objectOf(tag), "slug", 253) ?? []);
}

/** Where a person finds the object: its page, or where the API has it. */
export function urlOf(object: Json): string {
  return textAt(object, "display_url") ?? textAt(object, "url") ?? "netbox";
}
