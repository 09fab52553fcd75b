const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** Whether a text may be the name of an item. */
export function isItemName(text: string): boolean {
  return NAME.test(text);
}
