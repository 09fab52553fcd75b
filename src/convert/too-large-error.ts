/** Thrown when a converted file would have more characters than a file may have that is read: values that stand behind aliases are written out each time. */
export class TooLargeError extends Error {
  readonly uri: string;

  constructor(uri: string, bound: number) {
    super(`${uri} would have more than ${bound} characters with its aliases written out`);
    this.name = "TooLargeError";
    this.uri = uri;
  }
}
