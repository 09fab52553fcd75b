/** Names an item within a design. */
export interface ItemKey {
  readonly kind: string;
  readonly name: string;
}

/** The text of an item key, "Kind/name": unique, since neither part may hold a slash. */
export function itemKeyText(key: ItemKey): string {
  return `${key.kind}/${key.name}`;
}
