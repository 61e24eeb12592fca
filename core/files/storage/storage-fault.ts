/** What lies in the store is not what was put there: changed, cut, mixed up or gone. Never the caller's mistake. */
export class StorageFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageFault";
  }
}
